// Help: examples that are taken as they stand, values that can be given, completion that offers what there is.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { commandLine } from '../../src/cli/cli.ts';
import { completionScript } from '../../src/cli/completion.ts';
import { EXAMPLES, examplesOf, pathOf } from '../../src/cli/examples.ts';
import { commandsOf } from '../../src/cli/strict.ts';
import { heal } from '../support/program.ts';
import { STOPPING } from '../support/stopping.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SILENT = { out: () => {}, err: () => {}, stdin: {}, stdout: {}, stderr: {}, env: {} };

const newTree = () => commandLine(SILENT, { command: '' }, STOPPING);

const leaves = commandsOf(newTree()).filter((command) => command.parent === null || command.commands.length === 0);

describe('help', () => {
  it('has examples for every command, and none for what is no command', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(leaves.map(pathOf).sort());
  });

  it.each(
    Object.keys(EXAMPLES).flatMap((path) => examplesOf(path, playbooks[0]?.id).map((line) => [line, path] as const)),
  )('the example "%s" is taken as it stands', async (line, path) => {
    const tree = newTree();
    let taken: string | undefined;
    for (const command of commandsOf(tree)) {
      command.action(() => {
        taken = pathOf(command);
      });
    }
    await tree.parseAsync(line === '' ? [] : line.split(' '), { from: 'user' });
    expect(taken).toBe(path);
  });

  it.each([60, 80])('takes no more than %i columns of a terminal, as string-width counts them', (width) => {
    for (const command of commandsOf(newTree())) {
      command.configureOutput({ getOutHelpWidth: () => width });
      for (const line of command.helpInformation().split('\n'))
        if (/\S {1}\S/.test(line)) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
    }
  });

  it.each([
    [['help', 'check'], 'check --from evidence.zip'],
    [['check', '-h'], 'stale-hash'],
    [['help', 'fix'], 'safe'],
    [['lab', 'create', '--help'], 'stranded-key'],
    [['help'], 'completion'],
    [['help', 'lab', 'logon'], 'Usage: iis-ssl-heal lab logon [options] <dir>'],
    [['--help'], 'Usage: iis-ssl-heal [options] [command]\n\n'],
  ])('%j says %s', async (args, word) => {
    const { code, out, err } = await heal(...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(word);
  });

  it('says what to type next as a shell takes it', async () => {
    const folder = join(temporaryFolder(), 'my lab');
    const { err } = await heal('lab', 'create', folder);
    expect(err).toBe(`A lab server lies in ${folder}.\nNext: iis-ssl-heal check --lab "${folder}"\n`);
  });

  it('names --from only where it is taken', async () => {
    const naming: string[] = [];
    for (const path of Object.keys(EXAMPLES)) {
      const { out } = await heal(...path.split(' ').filter((word) => word !== ''), '--help');
      if (/^ +--from /m.test(out)) naming.push(path);
    }
    expect(naming).toEqual(['', 'check', 'plan', 'collect']);
  });
});

describe('completion', () => {
  const script = completionScript('bash', newTree(), { '--only': playbooks.map(({ id }) => id) });

  const offered = (...words: readonly string[]): readonly string[] => {
    const line = ['iis-ssl-heal', ...words].map((word) => `'${word}'`).join(' ');
    const ask = `source "$0"; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _iis_ssl_heal; echo "\${COMPREPLY[@]}"`;
    const file = join(temporaryFolder({ 'completion.bash': script }), 'completion.bash');
    return execFileSync('bash', ['-c', ask, file], { encoding: 'utf8' }).trim().split(' ');
  };

  it.each([
    [['sch'], ['schedule']],
    [['schedule', 'pa'], ['pause']],
    [['schedule', 'pause', '--f'], ['--for']],
    [['check', '--only', 'stale'], ['stale-hash']],
    [['--lab', 'x', 'check', '--js'], ['--json']],
    [['lab', 'logon', 'x', '--as', 'ow'], ['owner']],
    [['fix', '--yes=safe', '--dry'], ['--dry-run']],
  ])('bash completes %j with %j', (words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });

  it('is the same table for PowerShell, and offers nothing that is hidden', async () => {
    const { out } = await heal('completion', 'powershell');
    expect(out).toContain("'schedule pause' = '--lab --as --for --help'");
    expect(out).toContain('Register-ArgumentCompleter -Native -CommandName iis-ssl-heal, iis-ssl-heal.exe');
    expect(`${out}${script}`).not.toContain('owner-task');
  });
});
