import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT, type ExitCode, firstOf } from '../../src/diagnosis/exit-code.ts';

/** Code and meaning of every row of two cells. */
const meanings = (file: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/^\| (\d+) \| ([^|]+) \|$/gm)].map((row) => [row[1], row[2]]),
  );

/** The codes of the sentence that says which one wins. */
const order = (file: string): readonly ExitCode[] =>
  (/order wins: ([\d, ]+)\./.exec(readFileSync(file, 'utf8'))?.[1] ?? '').split(', ').map(Number) as ExitCode[];

describe.each(['README.md', 'docs/exit-codes.md'])('%s', (file) => {
  it('has every exit code, and no other', () => {
    expect(Object.keys(meanings(file)).map(Number).sort()).toEqual(Object.values(EXIT).sort());
  });

  it('gives each the same meaning', () => {
    expect(meanings(file)).toEqual(meanings('README.md'));
  });

  it('says which one wins', () => {
    const codes = order(file);
    expect([...codes].sort()).toEqual(
      Object.values(EXIT)
        .filter((code) => code !== EXIT.usage)
        .sort(),
    );
    for (const [index, code] of codes.entries()) expect(firstOf(codes.slice(index).reverse())).toBe(code);
  });
});
