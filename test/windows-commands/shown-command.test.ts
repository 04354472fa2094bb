import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showCommand } from '../../src/windows-commands/shown-command.ts';

/**
 * Splits a command line as the C runtime of every program that we start does (Microsoft: "Parsing C command-line
 * arguments"). The first word is a path and knows no escapes.
 */
function splitAsCRuntime(line: string): string[] {
  const program = /^(?:"([^"]*)"|(\S*))[ \t]*/.exec(line)!;
  const words = [program[1] ?? program[2]!];
  let word: string | undefined;
  let quoted = false;
  for (let at = program[0].length; at < line.length; ) {
    const backslashes = /^\\*/.exec(line.slice(at))![0].length;
    at += backslashes;
    if (line[at] === '"') {
      word = (word ?? '') + '\\'.repeat(Math.floor(backslashes / 2));
      if (backslashes % 2 === 1) word += '"';
      else if (quoted && line[at + 1] === '"') {
        word += '"';
        at++;
      } else quoted = !quoted;
      at++;
    } else if (backslashes > 0) {
      word = (word ?? '') + '\\'.repeat(backslashes);
    } else if (!quoted && (line[at] === ' ' || line[at] === '\t')) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
    } else {
      word = (word ?? '') + line[at];
      at++;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

const shown = (...args: string[]) => showCommand({ program: 'netsh', args }, 'C:\\Windows');

describe('showCommand', () => {
  it('splits into exactly the arguments that are started', () => {
    const awkward = fc.stringMatching(/^[\\" \ta&|<>^%{}=]*$/);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), awkward)),
        fc.constantFrom('C:\\Windows', 'D:\\Win dows'),
        (args, root) => {
          const line = showCommand({ program: 'netsh', args }, root);
          expect(splitAsCRuntime(line)).toEqual([`${root}\\System32\\netsh.exe`, ...args]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['ipport=0.0.0.0:443', 'ipport=0.0.0.0:443'],
    ['appid={4dc3e181-e14b-4a21-b022-59fc669b0914}', 'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}'],
    ['/site.name:Default Web Site', '"/site.name:Default Web Site"'],
    ['C:\\some dir\\', '"C:\\some dir\\\\"'],
    ['C:\\dir\\', 'C:\\dir\\'],
    ['a"b', '"a\\"b"'],
    ['a\\"b', '"a\\\\\\"b"'],
    ['a\tb', '"a\tb"'],
    ['', '""'],
    ['Tom&Jerry', '"Tom&Jerry"'],
  ])('shows %j as %s', (argument, expected) => {
    expect(shown(argument)).toBe(`C:\\Windows\\System32\\netsh.exe ${expected}`);
  });

  it('shows no secret, and one name for the output file', () => {
    const command = { program: 'certutil', args: ['-p', { secret: 'pfx' }, '-dump', { outputFile: true }] } as const;
    expect(showCommand(command, 'C:\\Windows')).toBe(
      'C:\\Windows\\System32\\certutil.exe -p ******** -dump %TEMP%\\iis-ssl-heal.tmp',
    );
  });

  it('knows that IIS keeps appcmd in a folder of its own', () => {
    const command = { program: 'appcmd', args: ['add', 'backup', 'x'] } as const;
    expect(showCommand(command, 'C:\\Windows')).toBe('C:\\Windows\\System32\\inetsrv\\appcmd.exe add backup x');
  });
});
