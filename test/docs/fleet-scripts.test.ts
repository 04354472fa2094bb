import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = 'docs/fleet';
const scripts = readdirSync(FOLDER).filter((name) => name.endsWith('.cmd'));

// What cmd.exe itself does, so that no file is looked for on the path.
const OF_CMD = [
  '@echo',
  'call',
  'copy',
  'del',
  'echo',
  'exit',
  'for',
  'goto',
  'if',
  'mkdir',
  'move',
  'rem',
  'rmdir',
  'set',
  'setlocal',
];
// A program by its full path, in quotes; the variables are set in the script itself, from the Windows folder or Program Files.
const PROGRAM = /^"%(?:SystemRoot%\\[^"]+|HERE%\\[^"]+|EXE%)"/;

describe.each(scripts)('docs/fleet/%s', (name) => {
  const text = readFileSync(join(FOLDER, name), 'latin1');
  const lines = text.replaceAll('\r\n', '\n').split('\n');

  it('starts every program by its full path', () => {
    const commands = lines
      .map((line) =>
        line.trim().replace(/^(?:if (?:\/i )?(?:not )?(?:exist |defined )?(?:"[^"]*"(?:=="[^"]*")?|\w+) )+/, ''),
      )
      .filter((line) => line !== '' && !line.startsWith(':'));
    for (const command of commands)
      expect(OF_CMD.includes(command.split(' ')[0] ?? '') || PROGRAM.test(command), command).toBe(true);
  });

  it('goes only where there is a label, and is plain ASCII', () => {
    const labels = lines.flatMap((line) => /^:(\w+)$/.exec(line)?.[1] ?? []);
    const wanted = [...text.matchAll(/(?:goto|call) :(\w+)/g)].map(([, label]) => label);
    expect(new Set(labels)).toEqual(new Set(wanted));
    expect(text).toMatch(/^[\x20-\x7e\r\n]*$/);
  });

  it('is named by the page', () => {
    expect(readFileSync('docs/fleet.md', 'utf8')).toContain(`(fleet/${name})`);
  });
});
