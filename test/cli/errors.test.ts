// Every error begins alike and ends with what to do, and so will the next one.

import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { commandLine } from '../../src/cli/cli.ts';
import { pathOf } from '../../src/cli/examples.ts';
import { runLine } from '../../src/cli/run-line.ts';
import { commandsOf } from '../../src/cli/strict.ts';
import * as list from '../../src/commands/look/list.ts';
import { VERSION } from '../../src/model/version.ts';
import { glossaryTerms } from '../../src/report/words/glossary.ts';
import { heal, newFolder, newLab } from '../support/program.ts';
import { STOPPING } from '../support/stopping.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SILENT = { out: () => {}, err: () => {}, stdin: {}, stdout: {}, stderr: {}, env: {} };
const tree = commandLine(SILENT, { command: '' }, STOPPING);

/** What is wrong, a full stop, and a sentence that says what to do. */
const FORM = /^error: \S[^\n]*\S\. [A-Z][^\n]*[^.]\.\n$/;

describe('wrong usage', () => {
  it.each(commandsOf(tree).map((command) => [pathOf(command), command] as const))(
    'of "%s" ends with the help of that very command',
    async (path, { registeredArguments }) => {
      const { code, out, err } = await heal(...path.split(' ').filter((word) => word !== ''), '--no-such-flag');
      const help = `See ${`iis-ssl-heal ${path}`.trimEnd()} --help.`;
      expect({ code, out, err }).toEqual({
        code: 2,
        out: '',
        err: `error: unknown option '--no-such-flag'. ${help}\n`,
      });
      expect(registeredArguments.length).toBeLessThan(2);
    },
  );

  it.each(['lab', 'schedule', 'baseline'])('of %s without its command lists them', async (group) => {
    const { code, out, err } = await heal(group);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(new RegExp(`^error: ${group} is several commands\\. Name one of these\\.\n\nUsage: `));
  });

  it.each([
    [['chek'], "error: unknown command 'chek' (Did you mean check?). See iis-ssl-heal --help."],
    [['--lab', 'x', 'list'], 'error: list takes no --lab. See iis-ssl-heal list --help.'],
    [
      ['check', '--json', '--prometheus'],
      'error: --json and --prometheus both print. Give one of them alone, or --prometheus FILE. See iis-ssl-heal check --help.',
    ],
  ])('%j', async (args, said) => {
    expect((await heal(...args)).err).toBe(`${said}\n`);
  });
});

describe('what a person can mend', () => {
  const used = () => temporaryFolder({ 'mine.txt': '' });
  const mine = () => join(used(), 'mine.txt');
  const lab = () => newLab('stranded-key');

  it.each<[string, () => readonly string[] | Promise<readonly string[]>, string]>([
    ['no server', () => ['check'], 'Name a target: --lab DIR, or --from FOLDER|ZIP.'],
    ['no lab', () => ['check', '--lab', '/no/lab'], 'Make one: iis-ssl-heal lab create /no/lab.'],
    ['no lab to restart', () => ['lab', 'serve', used()], 'Make one: iis-ssl-heal lab create DIR.'],
    ['two targets', () => ['check', '--lab', 'a', '--from', 'b'], 'Give --lab or --from, not both.'],
    ['no evidence folder', () => ['check', '--from', '/no/folder'], 'or a .zip of it.'],
    ['a folder without evidence', () => ['check', '--from', used()], 'Name the folder or .zip as it came.'],
    ['neither folder nor .zip', () => ['check', '--from', mine()], 'or a .zip of it.'],
    ['evidence to repair', () => ['fix', '--from', used()], 'Give --from to check, plan or collect.'],
    ['a report where none can be', async () => ['check', '--lab', await lab(), '--html', used()], 'may write.'],
    ['metrics where none can be', async () => ['check', '--lab', await lab(), '--prometheus', used()], 'may write.'],
    ['a plan to nowhere', () => ['plan'], 'Say where to: --script FILE.cmd or --out FILE.'],
    ['a plan where none can be', async () => ['plan', '--lab', await lab(), '--out', used()], 'you may write.'],
    ['nothing to collect to', () => ['collect'], 'Say which: --out DIR, --script FILE.cmd or --redact DIR.'],
    ['evidence where some is', async () => ['collect', '--lab', await lab(), '--out', used()], 'one of its own.'],
    ['no folder to redact', () => ['collect', '--redact', '/no/folder'], 'the script of collect has made.'],
    ['another folder to redact', () => ['collect', '--redact', used()], 'the script of collect has made.'],
    ['no run of that id', async () => ['undo', '9', '--lab', await lab()], 'Name one that iis-ssl-heal runs lists.'],
    ['no plan', async () => ['fix', '--lab', await lab(), '--plan', '/no/plan'], 'plan --out has written.'],
    ['no plan in it', async () => ['fix', '--lab', await lab(), '--plan', mine()], 'Make a new plan.'],
    ['no PFX file', async () => ['fix', '--lab', await lab(), '--pfx', '/no.pfx'], 'Name a PFX file that is there.'],
    ['no PFX in it', async () => ['fix', '--lab', await lab(), '--pfx', mine()], 'with its private key.'],
    ['no time', async () => ['schedule', 'pause', '--for', 'x', '--lab', await lab()], 'a year at most.'],
    ['a folder in use', () => ['lab', 'create', used()], 'Name a new folder: a lab needs one of its own.'],
    ['no such fault', () => ['lab', 'create', join(newFolder(), 'l'), '--fault', 'x'], 'or another --config.'],
    ['no configuration', () => ['lab', 'create', join(newFolder(), 'l'), '--config', mine()], 'name another one.'],
    ['no such switch', () => ['lab', 'create', join(newFolder(), 'l'), '--windows', 'x=y'], 'lab unknowns.'],
    ['no code', () => ['explain', 'no-such-code'], `, ${glossaryTerms().at(-1)}.`],
  ])('%s is an error of that form', async (_name, args, toDo) => {
    const { code, out, err } = await heal(...(await args()));
    expect(code === 2 || code === 7).toBe(true);
    expect(out).toBe('');
    expect(err).toMatch(FORM);
    expect(err.trimEnd().slice(-toDo.length)).toBe(toDo);
  });

  it('never says how it ends in the place of what to do', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const thrown = files.flatMap((name) =>
      [...readFileSync(join('src', name), 'utf8').matchAll(/new UserError\([\s\S]*?;\n/g)].map(([call]) => call),
    );
    expect(thrown.length).toBeGreaterThan(50);
    expect(thrown.filter((call) => !/,\s+['`][A-Z]|, AGAIN|: ['`][A-Z]/.test(call))).toEqual([]);
  });
});

it('a clone that is not built says how to build it', () => {
  const folder = temporaryFolder();
  cpSync('bin', join(folder, 'bin'), { recursive: true });
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin', 'iis-ssl-heal.cjs')], {
    encoding: 'utf8',
  });
  const said = 'error: iis-ssl-heal is not built yet. Run npm ci && npm run build in its folder, then try again.\n';
  expect({ status, stderr }).toEqual({ status: 70, stderr: said });
});

it('a bug ends with what to keep, and says nothing of where to send it', async () => {
  vi.spyOn(list, 'list').mockRejectedValueOnce(new Error('what nobody foresaw'));
  let err = '';
  const streams = { ...SILENT, err: (text: string) => (err += text) };
  expect(await runLine(['list'], streams as never, STOPPING)).toBe(70);
  expect(err).toMatch(
    new RegExp(`^error: internal error, a bug of iis-ssl-heal ${VERSION}:\nError: what nobody foresaw\n`),
  );
  expect(err.trimEnd().split('\n').at(-1)).toBe(
    'Keep these lines, and the folder ProgramData\\iis-ssl-heal of the server.',
  );
});
