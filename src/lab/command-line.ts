// The words of a command line by the rules of CommandLineToArgvW, which the C runtime of Windows shares.

/**
 * The words behind the program's name. Blanks and tabs separate; quotes hold blanks together; a backslash is itself unless
 * a quote follows the row of them: then two make one, and a single one makes the quote a character. Within quotes, two
 * quotes are one character, and the quotes stay open.
 */
export function commandLineWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let open = false;
  for (const [part] of line.matchAll(/\\*"|\\+|[ \t]+|[^\\" \t]+/g)) {
    if (part.endsWith('"')) {
      const slashes = part.length - 1;
      word = `${word ?? ''}${'\\'.repeat(Math.floor(slashes / 2))}${slashes % 2 === 1 ? '"' : ''}`;
      if (slashes % 2 === 0) open = !open;
    } else if (open || !/^[ \t]/.test(part)) word = `${word ?? ''}${part}`;
    else {
      if (word !== undefined) words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
