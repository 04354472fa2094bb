// The DSC resource as DSC runs it: JSON on stdin, JSON on stdout, 0 whenever it worked, and of everything else one JSON error.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { runLine } from '../../src/cli/run-line.ts';
import { streamsOf } from '../../src/commands/streams.ts';
import { heal, healWith, newLab, registryOf, snapshot } from '../support/program.ts';
import { STOPPING } from '../support/stopping.ts';

const WISH = '{"verdict":"healthy"}';

/** One call of DSC's, in this process. */
async function dsc(operation: string, lab: string, input = WISH, ...more: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = streamsOf({
    stdin: Readable.from([Buffer.from(input)]),
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    env: {},
  } as unknown as NodeJS.Process);
  const code = await runLine(['dsc', operation, '--lab', lab, ...more], streams, STOPPING);
  const lines = out
    .join('')
    .split('\n')
    .filter(Boolean)
    .map((each) => JSON.parse(each));
  return {
    code,
    lines,
    said: err
      .join('')
      .split('\n')
      .filter(Boolean)
      .map((each) => JSON.parse(each)),
  };
}

const { embedded } = JSON.parse(readFileSync('docs/dsc/iis-ssl-heal.dsc.resource.json', 'utf8')).schema;
const inDesiredState = {
  $id: 'https://aka.ms/dsc/schemas/v3/resource/properties/inDesiredState.json',
  type: ['boolean', 'null'],
};
const isInstance = new Ajv2020({ allowUnionTypes: true, schemas: [inDesiredState] }).compile(embedded);
const idsOf = (state: { findings: readonly { playbook: string }[] }) => state.findings.map(({ playbook }) => playbook);

/** What is refused leaves it as it was, so one is enough. */
let refusing: string | undefined;

describe('the DSC resource', () => {
  it('tells and leaves alone a healthy server', async () => {
    const lab = await newLab();
    const before = snapshot(lab);
    const healthy = { verdict: 'healthy', risk: 'safe', only: [], findings: [], notChecked: [] };
    expect(await dsc('get', lab)).toEqual({ code: 0, lines: [healthy], said: [] });
    // Asked for every instance DSC hands nothing in.
    expect(await dsc('get', lab, '')).toEqual({ code: 0, lines: [healthy], said: [] });
    expect(await dsc('export', lab, '')).toEqual({ code: 0, lines: [healthy], said: [] });
    expect(await dsc('test', lab)).toEqual({ code: 0, lines: [{ ...healthy, _inDesiredState: true }], said: [] });
    expect(snapshot(lab)).toEqual(before);
    expect(await dsc('set', lab)).toEqual({ code: 0, lines: [healthy, []], said: [] });
  });

  it('tests a faulty server with 0, heals it, and has nothing to do then', async () => {
    const lab = await newLab('stale-hash', 'lost-binding');
    const { code, lines } = await dsc('test', lab);
    expect([code, lines.length, lines[0]._inDesiredState, lines[0].verdict]).toEqual([0, 1, false, 'faulty']);
    expect(idsOf(lines[0])).toEqual(['stale-hash', 'lost-binding']);
    expect(isInstance(lines[0]) ? [] : isInstance.errors).toEqual([]);
    const set = await dsc('set', lab);
    expect([set.code, set.lines[0].verdict, set.lines[1], set.said]).toEqual([
      0,
      'healthy',
      ['verdict', 'findings'],
      [],
    ]);
    expect((await dsc('set', lab)).lines[1]).toEqual([]);
    expect((await heal('check', '--lab', lab)).code).toBe(0);
  });

  it('repairs what it is told alone, and says what is left', async () => {
    const lab = await newLab('stale-hash', 'lost-binding');
    const { code, lines, said } = await dsc('set', lab, '{"only":["stale-hash"],"risk":"safe"}');
    expect([code, lines]).toEqual([1, []]);
    expect(said).toEqual([{ error: expect.stringMatching(/^faults-remain: /) }]);
    const test = await dsc('test', lab);
    expect(idsOf(test.lines[0])).toEqual(['lost-binding']);
  });

  it('says where a person is needed, and whom: 1, and nothing was changed', async () => {
    const lab = await newLab('stranded-key');
    const before = registryOf(lab);
    const { code, lines, said } = await dsc('set', lab, WISH, '--as', 'system');
    expect([code, lines]).toEqual([1, []]);
    expect(said).toEqual([
      { error: expect.stringMatching(/^needs-person: stranded-key:.* SYSTEM cannot open it\. Needed: olga /) },
    ]);
    expect(registryOf(lab)).toEqual(before);
    const test = await dsc('test', lab, WISH, '--as', 'system');
    expect([test.code, test.lines[0]._inDesiredState]).toEqual([0, false]);
  });

  it('warns of a run whose journal cannot be read: no server with one is in order, and none is changed', async () => {
    const lab = await newLab();
    await heal('schedule', 'install', '--lab', lab);
    const run = join(lab, 'ProgramData', 'iis-ssl-heal', 'runs', '0001-20260302T090000Z');
    mkdirSync(run, { recursive: true });
    writeFileSync(join(run, '0001-begin.json'), '{');
    const { code, lines, said } = await dsc('test', lab);
    expect([code, lines[0].verdict, lines[0]._inDesiredState]).toEqual([0, 'faulty', false]);
    expect(said).toEqual([{ warn: expect.stringContaining('0001-20260302T090000Z') }]);
    const set = await dsc('set', lab);
    expect([set.code, set.lines]).toEqual([1, []]);
    expect(set.said.at(-1)).toEqual({ error: expect.stringContaining('so nothing is changed') });
  });

  it.each([
    ['nothing', '', 'stdin: it is empty'],
    ['half of an object', '{"verdict":', 'stdin: it is not JSON'],
    ['a list', '[]', 'stdin: it must be one JSON object'],
    ['null', 'null', 'stdin: it must be one JSON object'],
    ['two objects', '{}{}', 'stdin: it is not JSON'],
    ['an unknown property', '{"verdit":"healthy"}', 'stdin: "verdit" is no property'],
    ['a property of every object', '{"__proto__":{}}', 'stdin: "__proto__" is no property'],
    ['an unknown playbook', '{"only":["stale"]}', 'stdin: "only.0" is no playbook'],
    ['a risk that nobody may take', '{"risk":"manual"}', 'stdin: "risk" must be safe or disruptive'],
    ['a faulty server as a wish', '{"verdict":"faulty"}', 'stdin: "verdict" can be wished for as healthy alone'],
    ['a name of 64 kB', `{"${'n'.repeat(65_536)}":1}`, 'stdin: "nnnn'],
    ['a playbook of 64 kB', `{"only":["${'n'.repeat(65_536)}"]}`, 'stdin: "only.0" is no playbook'],
    ['brackets of 900 kB', '['.repeat(900_000), 'stdin: it is not JSON'],
    ['more than 1 MB', ' '.repeat(1_100_000), 'stdin: it is larger than 1 MB'],
  ])('refuses %s with 2 and one short error, and changes nothing', async (_name, input, why) => {
    refusing ??= await newLab('stale-hash');
    const lab = refusing;
    const before = snapshot(lab);
    for (const operation of ['test', 'set']) {
      const { code, lines, said } = await dsc(operation, lab, input);
      expect([code, lines, said.length]).toEqual([2, [], 1]);
      expect(said[0].error.slice(0, why.length)).toBe(why);
      expect(said[0].error.length).toBeLessThan(400);
    }
    expect(snapshot(lab)).toEqual(before);
  });

  it('takes what a get of its own has said, and a byte order mark', async () => {
    const lab = await newLab();
    const [state] = (await dsc('get', lab)).lines;
    expect((await dsc('test', lab, `\uFEFF${JSON.stringify(state)}`)).lines[0]._inDesiredState).toBe(true);
  });

  it('is the same as a process of its own', async () => {
    const lab = await newLab('stale-hash');
    const { code, out, err } = await healWith(WISH, 'dsc', 'test', '--lab', lab);
    expect([code, err, out]).toEqual([0, '', `${JSON.stringify((await dsc('test', lab)).lines[0])}\n`]);
    const none = await healWith(WISH, 'dsc', 'get', '--lab', '/no/such/lab');
    expect([none.code, none.out]).toEqual([2, '']);
    expect(JSON.parse(none.err)).toEqual({ error: expect.stringContaining('/no/such/lab is not a lab') });
  });
});
