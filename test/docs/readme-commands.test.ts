// A newcomer: the commands of README.md, copied from it and run in order in a fresh clone.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

/** What is printed as a command: the lines of the blocks without what is said of them, and what is quoted in a sentence. */
function commandsIn(readme: string): readonly string[] {
  const printed = readme.matchAll(/^```\n([\s\S]*?)^```|`((?:iis-ssl-heal |node )[^`]*)`/gm);
  const lines = [...printed].flatMap(([, block, quoted]) => block?.trimEnd().split('\n') ?? [quoted ?? '']);
  return lines.map((line) => line.split(/ {2,}/)[0] ?? '');
}

const COMMANDS = commandsIn(readFileSync(join(ROOT, 'README.md'), 'utf8'));

/** Not run here, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'npm ci': 'the gate begins with it in a fresh clone, and what it installed there is lent to this one',
  'npm cit': 'this is it',
  'npm run demo -- --all': 'takes minutes; the demo itself is run',
  'npm run build:exe': 'a part of npm run test:wine',
  'npm run test:wine': 'a stage of the gate',
};

/** What ends otherwise than with 0: where faults are found, and where there is a question and nobody to ask. */
const ENDS: Readonly<Record<string, number>> = {
  'iis-ssl-heal check --lab my-lab': 1,
  'iis-ssl-heal --lab my-lab': 3,
  'node bin/iis-ssl-heal.cjs': 3,
  'iis-ssl-heal': 3,
  'iis-ssl-heal fix --pfx C:\\certs\\www.pfx': 3,
  'iis-ssl-heal check --from FOLDER|ZIP': 1,
  'iis-ssl-heal fix --plan plan.json': 3,
};

/** What stands for something of the reader's own. */
const VALUES: readonly (readonly [string, string])[] = [
  ['FOLDER|ZIP', 'evidence'],
  ['FOLDER', 'evidence'],
  ['C:\\certs\\www.pfx', join('test', 'fixtures', 'pfx', 'aes.pfx')],
];

/** What is printed for the server itself is run on a lab. That PFX file is of no certificate there: a healthy one asks for none. */
function onLab(command: string): string {
  const forServer = /^(iis-ssl-heal|node \S+)(?= (check|fix|undo|schedule|plan)\b|$)/.test(command);
  if (!forServer || / --(lab|from) /.test(command)) return command;
  const target = ` --lab ${command.includes('--pfx ') ? 'healthy-lab' : 'my-lab'}`;
  return command.includes(' < ') ? command.replace(' < ', `${target} < `) : command + target;
}

const work = mkdtempSync(join(tmpdir(), 'readme-'));
const clone = join(work, 'iis-ssl-heal');
const prefix = join(work, 'npm');
afterAll(() => rmSync(work, { recursive: true, force: true }));

const { VITEST: _, ...inherited } = process.env;
const env = {
  ...inherited,
  npm_config_prefix: prefix,
  npm_config_offline: 'true',
  PATH: [join(prefix, 'bin'), prefix, process.env.PATH].join(delimiter),
};

/** Starts it as a shell does. `enough`: what it prints until it is stopped, where it ends with a signal only. */
function run(command: string, enough?: RegExp): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, { cwd: clone, env, shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const hear = (bytes: Buffer) => {
      const before = said;
      said += bytes.toString();
      if (enough?.test(said) && !enough.test(before)) process.kill(-(child.pid ?? 0));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('close', (code) => resolve({ code, said }));
  });
}

const isClone = existsSync(join(ROOT, '.git')) && process.platform !== 'win32';
if (!isClone) console.warn('skipped: README in a fresh clone: this is no clone, or Windows');

describe.runIf(isClone)('README.md, in a fresh clone', { timeout: 120_000 }, () => {
  beforeAll(() => {
    execFileSync('git', ['clone', '--quiet', ROOT, clone]);
    // While somebody is at work, what is not committed is meant too.
    const changed = execFileSync('git', ['diff', '--binary', 'HEAD'], { cwd: ROOT });
    if (changed.length > 0) execFileSync('git', ['apply'], { cwd: clone, input: changed });
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'), 'junction');
    mkdirSync(prefix);
    writeFileSync(join(clone, 'secret'), 'test\n');
  });

  it('names nothing here that it does not print', () => {
    const parts = COMMANDS.flatMap((command) => command.split(' && '));
    expect(Object.keys(LEFT_OUT).filter((each) => !parts.includes(each))).toEqual([]);
    expect(Object.keys(ENDS).filter((each) => !COMMANDS.includes(each))).toEqual([]);
    expect(VALUES.filter(([name]) => !COMMANDS.some((each) => each.includes(name)))).toEqual([]);
    expect(COMMANDS.length).toBeGreaterThan(20);
  });

  it.each(COMMANDS)('%s', async (printed) => {
    const parts = printed.split(' && ').filter((part) => !(part in LEFT_OUT));
    if (parts.length === 0) return;
    let command = parts.map(onLab).join(' && ');
    if (command.includes('FOLDER')) await run('iis-ssl-heal collect --out evidence --lab my-lab');
    if (command.includes('healthy-lab')) await run('iis-ssl-heal lab create healthy-lab');
    for (const [name, value] of VALUES) command = command.replace(name, value);
    const serves = command.includes('lab serve');
    const { code, said } = await run(command, serves ? /"endpoints":.*\n/ : undefined);
    expect(serves ? 0 : code, said).toBe(ENDS[printed] ?? 0);
    expect(said).not.toMatch(/internal error|unknown (option|command)|not found/);
    // The folder of the demo is gone when it has ended.
    if (command.includes('demo')) expect(said).not.toMatch(/Next:|To take it back:/);
  });
});
