// The Ansible collection without a host: its mapping by table, and the linters over all of it.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/program-facts.mjs';
import { installCollection } from './ansible/controller.ts';
import { programHere } from './programs.ts';

const python = programHere('python3');
const ansibleLint = programHere('ansible-lint');
const yamllint = programHere('yamllint');

const HEAD = { schema: 1, version: '0.1.0', server: { computer: 'WEB1' } };
const check = (verdict: string, exitCode: number, ...ids: readonly string[]) => ({
  ...HEAD,
  verdict,
  exitCode,
  summary: { says: `It is ${verdict}.` },
  findings: ids.map((id) => ({ id })),
  notChecked: verdict === 'unknown' ? [{ what: 'keys', why: 'access is denied' }] : [],
});
const plan = (finding: string, outcome: string, more: object = {}) => ({
  finding,
  covers: [finding],
  title: `Mend ${finding}`,
  risk: 'safe',
  steps: [{ title: 'Do it', shown: `do ${finding}`, outcome }],
  ...more,
});
const KEY = { finding: 'stranded-key:AB', subject: 'certificate AB', why: 'the key is olga’s', who: 'olga' };
const fix = (verdict: string, exitCode: number, plans: readonly object[] = [], more: object = {}) => ({
  ...HEAD,
  verdict,
  exitCode,
  runId: null,
  plans,
  blocked: [],
  after: null,
  ...more,
});
const after = (...ids: readonly string[]) => ({ after: check(ids.length === 0 ? 'healthy' : 'faulty', 0, ...ids) });
const ran = (stdout: string, more: object = {}) => ({ stdout, stderr: '', rc: 0, ...more });
const asked = (document: object, command = 'check') => [
  'document_of',
  ran(JSON.stringify(document)),
  command,
  'heal.exe',
];

type Row = readonly [what: string, call: readonly unknown[], wanted: object];
const OK = { changed: false, failed: false };
const CHANGED = { changed: true, failed: false };
const FAILED = { changed: false, failed: true };
const LOST = plan('lost-binding:a:443', 'done');
const ROWS: readonly Row[] = [
  ['a healthy check', ['checked', check('healthy', 0), ['faulty', 'unknown']], { ...OK, msg: 'It is healthy.' }],
  ['a faulty check', ['checked', check('faulty', 1, 'x:1'), []], { ...OK, exit_code: 1, findings: ['x:1'] }],
  ['a faulty check that shall fail', ['checked', check('faulty', 1, 'x:1'), ['faulty']], FAILED],
  ['a check that could not look', ['checked', check('unknown', 4), []], { ...OK, exit_code: 4 }],
  ['one that shall fail then', ['checked', check('unknown', 4), ['unknown']], FAILED],
  [
    'a dry look, healthy',
    ['checked_by_plan', fix('nothing-to-do', 0, [], after()), ['faulty']],
    { ...OK, verdict: 'healthy' },
  ],
  [
    'a dry look, faulty',
    ['checked_by_plan', fix('planned', 1, [LOST]), []],
    { ...OK, verdict: 'faulty', findings: [LOST.finding] },
  ],
  ['a dry look, unknown', ['checked_by_plan', fix('unknown', 4), ['unknown']], { ...FAILED, verdict: 'unknown' }],
  [
    'nothing to heal',
    ['healed', fix('nothing-to-do', 0, [], after()), 'safe', false],
    { ...OK, diff: [], findings: [] },
  ],
  [
    'healed',
    ['healed', fix('healed', 0, [LOST], after()), 'safe', false],
    { ...CHANGED, commands: ['do lost-binding:a:443'] },
  ],
  ['what was so already', ['healed', fix('healed', 0, [plan('x:1', 'already-so')], after()), 'safe', false], OK],
  [
    'healed in part',
    ['healed', fix('needs-person', 3, [LOST], { blocked: [KEY], ...after(KEY.finding) }), 'safe', false],
    { changed: true, failed: true, findings: [KEY.finding] },
  ],
  [
    'a person is needed',
    ['healed', fix('needs-person', 3, [], { blocked: [KEY] }), 'safe', false],
    { ...FAILED, msg: 'needs-person: nothing was changed. certificate AB: the key is olga’s; needed: olga.' },
  ],
  [
    'faults that remain',
    ['healed', fix('faults-remain', 1, [plan('x:1', 'declined', { risk: 'disruptive' })]), 'safe', false],
    FAILED,
  ],
  ['taken back', ['healed', fix('rolled-back', 5, [plan('x:1', 'undone')], after('x:1')), 'safe', false], FAILED],
  [
    'not taken back whole',
    ['healed', fix('half-done', 6, [plan('x:1', 'undo-failed')]), 'safe', false],
    { changed: true, failed: true },
  ],
  ['refused', ['healed', fix('refused', 7, [plan('x:1', 'not-reached')]), 'safe', false], FAILED],
  [
    'not everything could be read',
    ['healed', fix('unknown', 4, [], { after: check('unknown', 4) }), 'safe', false],
    { ...FAILED, msg: 'unknown: nothing was changed. keys: access is denied.' },
  ],
  [
    'would be healed',
    ['healed', fix('planned', 1, [plan('x:1', 'declined')]), 'safe', true],
    { ...CHANGED, findings: [], warnings: [], msg: 'would repair: Mend x:1.' },
  ],
  [
    'would be healed in part',
    ['healed', fix('planned', 1, [plan('x:1', 'declined')], { blocked: [KEY] }), 'safe', true],
    { ...CHANGED, findings: [KEY.finding], warnings: ['certificate AB: the key is olga’s; needed: olga.'] },
  ],
  [
    'would need more than is allowed',
    ['healed', fix('planned', 1, [plan('x:1', 'declined', { risk: 'disruptive' })]), 'safe', true],
    { ...FAILED, findings: ['x:1'] },
  ],
  [
    'would be allowed',
    ['healed', fix('planned', 1, [plan('x:1', 'declined', { risk: 'disruptive' })]), 'disruptive', true],
    CHANGED,
  ],
  ['would need a person', ['healed', fix('needs-person', 3, [], { blocked: [KEY] }), 'safe', true], FAILED],
  ['nothing would be healed', ['healed', fix('nothing-to-do', 0, [], after()), 'safe', true], OK],
  ['could not be planned', ['healed', fix('unknown', 4), 'safe', true], FAILED],
  ['a document', asked(check('healthy', 0)), { verdict: 'healthy' }],
  [
    'one after a byte order mark',
    ['document_of', ran(`\ufeff${JSON.stringify(check('healthy', 0))}`), 'check', 'heal.exe'],
    { verdict: 'healthy' },
  ],
  [
    'no program',
    ['document_of', { failed: true, msg: 'It is not there\nat line 1' }, 'check', 'heal.exe'],
    { not_understood: 'heal.exe could not be started on this host (It is not there): install it, with heal_install.' },
  ],
  [
    'no document',
    ['document_of', ran('', { rc: 7, stderr: 'first\nAnother run is at work.\n' }), 'fix', 'heal.exe'],
    { not_understood: 'heal.exe fix printed no document and ended with 7: Another run is at work.' },
  ],
  [
    'half a document',
    ['document_of', ran('{"schema": 1', { rc: 70 }), 'fix', 'heal.exe'],
    { not_understood: 'heal.exe fix printed no document and ended with 70: it said nothing' },
  ],
  [
    'something else',
    asked([]),
    { not_understood: 'heal.exe check printed something that is no document of iis-ssl-heal.' },
  ],
  [
    'a newer schema',
    asked({ ...check('healthy', 0), schema: 2 }),
    {
      not_understood:
        'heal.exe check printed a document of schema 2, and this collection understands 1 only: update the collection.',
    },
  ],
  [
    'an older program',
    asked({ ...check('healthy', 0), server: undefined }),
    {
      not_understood:
        'heal.exe is older than this collection (its check document has no server): install a newer one, with heal_install.',
    },
  ],
  [
    'an older fix',
    asked({ ...fix('healed', 0), version: undefined }, 'fix'),
    {
      not_understood:
        'heal.exe is older than this collection (its fix document has no version): install a newer one, with heal_install.',
    },
  ],
];

describe.skipIf(python === undefined)('what a document means to Ansible', () => {
  let answers: readonly Record<string, unknown>[];
  beforeAll(() => {
    const calls = ROWS.map(([, call]) => call);
    const args = [join(root, 'test/fleet/ansible/ask_mapping.py'), join(root, 'ansible/plugins/module_utils')];
    const { stdout, stderr } = spawnSync(python!, args, { input: JSON.stringify(calls), encoding: 'utf8' });
    expect(stderr).toBe('');
    answers = JSON.parse(stdout);
  });
  it.each(ROWS.map(([what, , wanted], at) => ({ what, wanted, at })))('$what', ({ wanted, at }) => {
    expect(answers[at]).toMatchObject(wanted);
    // Ansible would take it for a failure.
    expect(answers[at]).not.toHaveProperty('rc');
  });
});

describe('the linters', () => {
  let folder: string;
  let ours: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'heal-collection-'));
    ours = installCollection(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (program: string, ...args: readonly string[]) => {
    const env = { ...process.env, HOME: folder, ANSIBLE_HOME: folder, ANSIBLE_COLLECTIONS_PATH: folder };
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: ours, env, encoding: 'utf8' });
    return { status, said: `${stdout}${stderr}` };
  };

  it.skipIf(ansibleLint === undefined)('ansible-lint finds nothing, as strict as it can be', () => {
    const { status, said } = run(ansibleLint!, '--offline', '--nocolor', '--profile', 'production');
    expect(status, said).toBe(0);
    // It has seen them all: the .yml files of the collection, galaxy.yml and the changelog too.
    expect(said).toMatch(/0 failure\(s\), 0 warning\(s\) on (1[5-9]|[2-9]\d) files/);
  });

  it.skipIf(yamllint === undefined)('yamllint finds nothing', () => {
    expect(run(yamllint!, '--strict', '.')).toEqual({ status: 0, said: '' });
  });

  it('knows every file of it', () => {
    const files = readdirSync(join(root, 'ansible'), { recursive: true }).map(String);
    expect(files.filter((file) => /__pycache__|\.(?!yml|md|py|yamllint)[a-z]+$/.test(file))).toEqual([]);
  });
});
