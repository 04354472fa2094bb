// Every question finds the answer that a server has, and leaves the server as it was. The server is a lab here, which was
// written by those who wrote the questions: this tests the questions, not Windows.

import { describe, expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { UNKNOWNS } from '../../src/lab/unknowns.ts';
import { stateOf } from '../support/run-lab.ts';
import { sharedKey } from '../support/small-lab.ts';
import { type Asked, askOne } from './ask/ask.ts';
import { askableLab } from './askable-lab.ts';
import { labHost } from './lab-host.ts';
import type { Question } from './question.ts';
import { QUESTIONS } from './questions/questions.ts';

const ALL = Object.entries(UNKNOWNS).flatMap(([name, { answers }]) => answers.map((answer) => [name, answer] as const));

/** Keys that no certificate of the lab has. */
async function ask(disk: MemoryDisk, question: Question): Promise<Asked> {
  let next = 2;
  return askOne(labHost(disk), question, () => sharedKey(next++));
}

it('there is one question for each switch, and none for anything else', () => {
  expect(QUESTIONS.map((each) => each.switch).toSorted()).toEqual(Object.keys(UNKNOWNS).toSorted());
});

describe('a server that answers', () => {
  it.each(ALL)('%s with %s is found to', async (name, answer) => {
    const question = QUESTIONS.find((each) => each.switch === name)!;
    const disk = askableLab({ unknowns: { [name]: answer } });
    const before = stateOf(disk);
    const { raw, ...said } = await ask(disk, question);
    expect({ said, raw }).toMatchObject({ said: { answer } });
    expect(stateOf(disk)).toEqual(before);
    expect(raw.filter((line) => line.startsWith('not taken back'))).toEqual([]);
  });
});
