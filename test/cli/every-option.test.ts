// Every option of every command, walked over commander's own tree: each is used or refused, wherever it stands.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Command, Option } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { commandLine, type Parsed } from '../../src/cli/cli.ts';
import { commandsOf } from '../../src/cli/strict.ts';
import { exitCodeOf } from '../../src/model/run/run-outcome.ts';
import { UserError } from '../../src/model/user-error.ts';
import { filesOf } from '../support/evidence-lab.ts';
import { newLab } from '../support/new-lab.ts';
import { newFolder } from '../support/program.ts';
import { handOutKeys } from '../support/ready-keys.ts';
import { STOPPING } from '../support/stopping.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What a command line came to. `read`: the options that the command looked at, by the names that commander gives them. */
interface Walked {
  readonly code: number;
  /** Ended with one sentence, before anything was done. */
  readonly refused?: true;
  readonly said: string;
  readonly read: ReadonlySet<string>;
}

/** Runs a command line in this process. A copy of the options would hide which of them are looked at, so none can be made. */
async function walk(args: readonly string[]): Promise<Walked> {
  let said = '';
  const say = (text: string) => {
    said += text;
  };
  // What dsc is handed: nothing is wished for but what is the default.
  const stdin = Readable.from([Buffer.from('{}')]);
  const streams = { out: say, err: say, stdin, stdout: {}, stderr: {}, env: {} };
  const result: Parsed = { command: '' };
  const read = new Set<string>();
  const program = commandLine(streams, result, STOPPING);
  for (const command of commandsOf(program)) {
    const opts = command.opts.bind(command);
    command.opts = () =>
      new Proxy(opts(), {
        get: (options, name) => {
          read.add(String(name));
          return options[String(name)];
        },
        ownKeys: () => {
          throw new Error('the options are copied');
        },
      });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return { code: exitCodeOf(result.outcome), said, read };
  } catch (error) {
    if (error instanceof UserError)
      return { code: exitCodeOf(error.outcome), refused: true, said: said + error.message, read };
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('commander.'))
      return { code: 2, refused: true, said, read };
    throw error;
  }
}

const tree = commandLine(
  { out: () => {}, err: () => {}, stdin: {}, stdout: {}, stderr: {}, env: {} },
  { command: '' },
  STOPPING,
);
const wordsOf = (command: Command): readonly string[] =>
  command.parent ? [...wordsOf(command.parent), command.name()] : [];
const leaves = commandsOf(tree).filter((command) => command === tree || command.commands.length === 0);
const nameOf = (command: Command) => wordsOf(command).join(' ') || 'the session';
const optionsOf = (command: Command) => command.options.filter(({ long }) => long !== '--version');

afterAll(handOutKeys());

let template = '';
let plan = '';
let evidence: Record<string, Uint8Array> = {};
beforeAll(async () => {
  // The progress of repairs is of no interest here.
  vi.spyOn(process.stderr, 'write').mockImplementation((_text, ...more) => {
    for (const each of more) if (typeof each === 'function') each();
    return true;
  });
  const { disk } = newLab({ faults: ['stale-hash'] });
  template = join(newFolder(), 'lab');
  for (const [path, bytes] of disk.files()) {
    const file = join(template, path.replace('C:\\', '').replaceAll('\\', '/'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  plan = join(newFolder(), 'plan.json');
  expect((await walk(['plan', '--lab', template, '--out', plan])).code).toBe(0);
  evidence = await filesOf(disk);
});

function lab(): string {
  const folder = join(temporaryFolder(), 'lab');
  cpSync(template, folder, { recursive: true });
  return folder;
}

const fresh = () => join(temporaryFolder(), 'file');

const ANSWERS = '{"formatVersion":1,"build":26100,"answers":{"ipv6-wildcard":{"answer":"both-families","raw":[]}}}';

/** A good value of every option that takes one; the walk fails where a new option is not in here. */
const VALUES: Readonly<Record<string, () => string>> = {
  '--lab': lab,
  '--from': () => temporaryFolder(evidence),
  '--as': () => 'owner',
  '--only': () => 'stale-hash',
  '--html': fresh,
  '--out': fresh,
  '--script': fresh,
  '--redact': () => temporaryFolder(evidence),
  '--plan': () => plan,
  '--pfx': () => join(import.meta.dirname, '../fixtures/pfx/aes.pfx'),
  '--pfx-password-file': () => join(temporaryFolder({ password: 'test\n' }), 'password'),
  '--config': () => join(template, 'Windows/System32/inetsrv/config/applicationHost.config'),
  '--windows': () => 'record-order=wildcard-first',
  '--windows-answers': () => join(temporaryFolder({ 'answers.json': ANSWERS }), 'answers.json'),
  '--fault': () => 'stale-hash',
  '--through': () => 'appcmd',
  '--for': () => '4h',
  '--fleet': () => temporaryFolder(evidence),
  '--stale': () => '48',
};

const given = ({ long, required }: Option): readonly string[] => (required ? [long!, VALUES[long!]!()] : [long!]);

function argumentsOf(command: Command): readonly string[] {
  if (command.name() === 'create') return [fresh()];
  if (command.name() === 'explain') return ['0x80090016'];
  if (command.name() === 'completion') return ['bash'];
  return command.registeredArguments.filter(({ required }) => required).map(() => lab());
}

/** The command with these options, on a lab where they name no other target and the command needs one. */
function lineOf(command: Command, options: readonly Option[]): readonly string[] {
  const longs = options.map(({ long }) => long);
  const needsNone = ['--lab', '--from', '--script', '--redact'].some((long) => longs.includes(long));
  const target = command.options.some(({ long }) => long === '--lab') && !(needsNone && command.name() !== 'plan');
  const at = target && !longs.includes('--lab') && !longs.includes('--from') ? ['--lab', lab()] : [];
  return [...wordsOf(command), ...argumentsOf(command), ...at, ...options.flatMap(given)];
}

/** Names of what was neither looked at nor refused. */
async function unused(command: Command, options: readonly Option[]): Promise<readonly string[]> {
  const { refused, read } = await walk(lineOf(command, options));
  return refused ? [] : options.map((each) => each.attributeName()).filter((name) => !read.has(name));
}

/** What says something only beside another option, or on another target: refused where it stands alone. */
const REFUSED_ALONE = [
  'check --owner-task',
  'fix --from',
  'fix --line',
  'fix --pfx-password-file',
  'undo --from',
  'runs --from',
  'plan --lab',
  'plan --from',
  'plan --as',
  'plan --only',
  'plan --through',
  'plan --correct',
  'collect --lab',
  'collect --from',
  'collect --as',
  'report --html',
  'report --json',
  'report --stale',
  'baseline save --from',
  'schedule install --from',
  'schedule status --from',
  'schedule reset --from',
  'schedule pause --from',
  'schedule resume --from',
  'schedule remove --from',
  'dsc get --from',
  'dsc test --from',
  'dsc set --from',
  'dsc export --from',
];

describe('every option', () => {
  it('is looked at by its command, or refused alone for a known reason', async () => {
    const refused: string[] = [];
    for (const command of leaves) {
      for (const option of optionsOf(command)) {
        const { code, read } = await walk(lineOf(command, [option]));
        const name = `${nameOf(command)} ${option.long}`;
        if (code === 2) refused.push(name);
        else expect([name, read.has(option.attributeName())]).toEqual([name, true]);
      }
    }
    expect(refused).toEqual(REFUSED_ALONE);
  });

  it.each(leaves.map((command) => [nameOf(command), command] as const))(
    'beside every other one is looked at, or the two are refused: %s',
    async (_name, command) => {
      const options = optionsOf(command);
      const found: string[] = [];
      // Consent opens what nothing reaches without it.
      const consent = command.name() === 'fix' ? options.filter(({ long }) => long === '--yes') : [];
      for (const [index, one] of options.entries())
        for (const other of options.slice(index + 1)) {
          const together = [...new Set([...consent, one, other])];
          const left = await unused(command, together);
          if (left.length > 0) found.push(`${together.map(({ long }) => long).join(' ')}: ${left.join()} is dropped`);
        }
      expect(found).toEqual([]);
    },
  );
});

describe('a target', () => {
  const targeted = leaves.filter((command) => command !== tree && command.options.some(({ long }) => long === '--lab'));
  const more = (command: Command) => (['plan', 'collect'].includes(command.name()) ? ['--out', fresh()] : []);

  it.each(targeted.map((command) => [nameOf(command), command] as const))(
    'before the command is the same as behind it: %s',
    async (_name, command) => {
      const at = lab();
      const other = lab();
      const before = await walk(['--lab', at, '--as', 'owner', ...wordsOf(command), ...more(command)]);
      const behind = await walk([...wordsOf(command), '--lab', other, '--as', 'owner', ...more(command)]);
      expect([before.code, [...before.read]]).toEqual([behind.code, [...behind.read]]);
      expect(before.said).not.toContain('not a Windows server');
      expect(before.read).toContain('lab');
    },
  );

  it.each(targeted.map((command) => [nameOf(command), command] as const))(
    'before the command that is another than behind it is refused: %s',
    async (_name, command) => {
      for (const [flag, one, two] of [
        ['--lab', 'a', 'b'],
        ['--from', 'a', 'b'],
        ['--as', 'owner', 'system'],
      ] as const) {
        if (flag === '--from' && takesSeveral(command)) continue;
        const { code, said, read } = await walk([flag, one, ...wordsOf(command), flag, two]);
        expect({ code, said, read: [...read] }).toEqual({ code: 2, said: expect.stringContaining(one), read: [] });
      }
      const both = await walk([
        '--from',
        temporaryFolder(evidence),
        ...wordsOf(command),
        '--lab',
        lab(),
        ...more(command),
      ]);
      expect(both).toMatchObject({
        code: 2,
        said: '--lab and --from name two targets. Give --lab or --from, not both.',
      });
    },
  );

  it.each(
    leaves
      .filter((command) => command !== tree && !targeted.includes(command))
      .map((each) => [nameOf(each), each] as const),
  )('is refused by a command that has none: %s', async (_name, command) => {
    for (const flag of ['--lab', '--from', '--as']) {
      const { code, said } = await walk([flag, 'owner', ...wordsOf(command), ...argumentsOf(command)]);
      expect({ code, said }).toEqual({
        code: 2,
        said: `error: ${command.name()} takes no ${flag}. See iis-ssl-heal ${nameOf(command)} --help.\n`,
      });
    }
  });
});

/** Evidence of several servers is told one by one. */
const takesSeveral = (command: Command): boolean => command.name() === 'check';

const withValue = leaves.flatMap((command) =>
  optionsOf(command)
    .filter((option) => !option.isBoolean())
    .map((option) => [`${nameOf(command)} ${option.long}`, command, option] as const),
);

describe('a value', () => {
  it.each(withValue)('that is empty is refused: %s', async (_name, command, { long }) => {
    for (const empty of [[`${long}=`], [long!, ''], [long!, ' ']]) {
      const { code, said, read } = await walk([...wordsOf(command), ...argumentsOf(command), ...empty]);
      expect({ code, read: [...read] }).toEqual({ code: 2, read: [] });
      expect(said).toMatch(/^error: .* must not be empty\. See iis-ssl-heal .*--help\.\n$/);
    }
  });

  it.each(withValue)('is given once, or twice the same: %s', async (_name, command, option) => {
    const { long, argChoices } = option;
    const [one, two] = argChoices ?? [fresh(), fresh()];
    if (Array.isArray(option.defaultValue) || (long === '--from' && takesSeveral(command))) return;
    const { code, said, read } = await walk([...wordsOf(command), `${long}=${one}`, `${long}=${two}`]);
    expect({ code, said, read: [...read] }).toEqual({
      code: 2,
      said: expect.stringContaining(`given already, as '${one}'`),
      read: [],
    });
    expect((await walk([...wordsOf(command), `${long}=${one}`, `${long}=${one}`])).said).not.toContain('given already');
  });

  it.each(withValue.filter(([, , { required }]) => required))(
    'that was forgotten does not swallow the next option: %s',
    async (_name, command, { long }) => {
      const { code, read } = await walk([...wordsOf(command), ...argumentsOf(command), long!, '--json']);
      expect({ code, read: [...read] }).toEqual({ code: 2, read: [] });
    },
  );

  it.each(
    leaves.flatMap((command) =>
      command.registeredArguments.map((each) => [`${nameOf(command)} ${each.name()}`, command] as const),
    ),
  )('that is empty is refused as an argument: %s', async (_name, command) => {
    const { code, said } = await walk([...wordsOf(command), '']);
    expect(code).toBe(2);
    expect(said).toMatch(/^error: .* must not be empty\. See iis-ssl-heal .*--help\.\n$/);
  });
});

describe('what cannot be meant together', () => {
  it.each([
    [['fix', '--plan', 'p', '--only', 'stale-hash']],
    [['fix', '--plan', 'p', '--correct']],
    [['fix', '--plan', 'p', '--pfx', 'f']],
    [['fix', '--unattended', '--yes', '--pfx-password-file', 'f']],
    [['fix', '--only', 'stale-hash', '--pfx', 'f']],
    [['fix', '--only', 'stranded-key', '--correct']],
    [['plan', '--only', 'stranded-key', '--correct', '--out', 'f']],
    [['fix', '--only', 'stale-hash', '--through', 'appcmd']],
    [['fix', '--plan', 'p', '--through', 'appcmd']],
    [['fix', '--through', 'IIS']],
    [['plan', '--through', 'netsh,appcmd', '--out', 'f']],
    [['check', '--owner-task']],
    [['collect', '--script', 'f', '--as', 'system']],
  ])('%j is refused before anything is looked at', async (args) => {
    const { code, said, read } = await walk(args);
    expect({ code, read: [...read] }).toEqual({ code: 2, read: [] });
    expect(said).toMatch(/^error: .*\n$/);
  });
});
