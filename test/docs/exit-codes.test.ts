import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, OUTCOME_WORDS } from '../../src/model/run/run-outcome.ts';

/** As the table of outcomes has them, in its order; an internal error comes before all, and wrong usage before any run. */
const ORDER = [70, ...new Set(OUTCOME_WORDS.map(exitCodeOf))];
const CODES = [...ORDER, exitCodeOf('usage')];

/** Code and meaning of every row of two cells. */
const meanings = (file: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/^\| (\d+) \| ([^|]+) \|$/gm)].map((row) => [row[1], row[2]]),
  );

/** The codes of the sentence that says which one wins. */
const order = (file: string): readonly number[] =>
  (/order wins: ([\d, ]+)\./.exec(readFileSync(file, 'utf8'))?.[1] ?? '').split(', ').map(Number);

describe.each(['README.md', 'docs/exit-codes.md'])('%s', (file) => {
  it('has every exit code, and no other', () => {
    expect(Object.keys(meanings(file)).map(Number).toSorted()).toEqual(CODES.toSorted());
  });

  it('gives each the same meaning', () => {
    expect(meanings(file)).toEqual(meanings('README.md'));
  });

  it('says which one wins', () => {
    expect(order(file)).toEqual(ORDER);
  });
});
