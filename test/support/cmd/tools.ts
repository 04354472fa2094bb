// findstr and fc, as far as the scripts use them.

type Read = (path: string) => Buffer | undefined;

interface Ended {
  readonly exitCode: number;
  readonly stdout: Buffer;
}

const ended = (exitCode: number, text = ''): Ended => ({ exitCode, stdout: Buffer.from(text, 'latin1') });

/** `findstr /r [/i] /c:PATTERN ... FILE`: lines that fit any pattern; 0 found, 1 not, 2 no such file. */
export function findstr(args: readonly string[], read: Read): Ended {
  const patterns = args.filter((arg) => arg.startsWith('/c:')).map((arg) => arg.slice(3));
  const file = args.at(-1) ?? '';
  const bytes = read(file);
  if (!bytes) return ended(2);
  if (!args.includes('/r') || patterns.length === 0 || patterns.some((each) => each.length > 254))
    throw new Error(`findstr is used otherwise: ${args.join(' ')}`);
  const flags = args.includes('/i') ? 'i' : '';
  const regexes = patterns.map((pattern) => new RegExp(translated(pattern), flags));
  const lines = bytes.toString('latin1').split('\r\n');
  const found = lines.filter((line) => regexes.some((regex) => regex.test(line)));
  return ended(found.length > 0 ? 0 : 1, found.map((line) => `${line}\r\n`).join(''));
}

/** findstr knows `. * [class] ^ $ \x`; everything else is itself. */
const translated = (pattern: string): string =>
  pattern.replace(/\\.|\[[^\]]*\]|[+?(){}|/]/g, (part) => (part.length === 1 ? `\\${part}` : part));

/** `fc /b ONE OTHER`: 0 the same, 1 not, 2 a file is missing. */
export function fc(args: readonly string[], read: Read): Ended {
  const [mode, one = '', other = ''] = args;
  if (mode !== '/b') throw new Error('fc is used otherwise');
  const [a, b] = [read(one), read(other)];
  if (!a || !b) return ended(2);
  return ended(a.equals(b) ? 0 : 1);
}
