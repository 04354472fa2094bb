// Every question finds the answer that a server has, and leaves the server as it was. The server is a lab here, which was
// written by those who wrote the questions: this tests the questions, not Windows.

import { describe, expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { HTTP_PARAMETERS } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import { type Answers, UNKNOWNS, type UnknownName } from '../../src/lab/unknowns.ts';
import { newLab } from '../support/new-lab.ts';
import { stateOf } from '../support/run-lab.ts';
import { sharedKey } from '../support/small-lab.ts';
import { type Asked, askOne } from './ask/ask.ts';
import { labHost } from './lab-host.ts';
import type { Question } from './question.ts';
import { QUESTIONS } from './questions/questions.ts';

const ALL = Object.entries(UNKNOWNS).flatMap(([name, { answers }]) => answers.map((answer) => [name, answer] as const));

/** Windows has these keys, and keeps them when the last record of a kind is gone. */
const TABLES = ['SslBindingInfo', 'SslSniBindingInfo', 'SslCcsBindingInfo'].map(
  (name) => `${HTTP_PARAMETERS}\\${name}`,
);

function labOf(unknowns: Answers): MemoryDisk {
  const { disk } = newLab({ unknowns });
  const server = openLab(disk);
  for (const key of TABLES) server.registry.makeKey(key);
  server.save();
  return disk;
}

/** Keys that no certificate of the lab has. */
async function ask(disk: MemoryDisk, question: Question): Promise<Asked> {
  let next = 10;
  return askOne(labHost(disk), question, () => sharedKey(next++));
}

it('there is one question for each switch, and none for anything else', () => {
  expect(QUESTIONS.map((each) => each.switch).toSorted()).toEqual(Object.keys(UNKNOWNS).toSorted());
});

describe('a server that answers', () => {
  it.each(ALL)('%s with %s is found to', async (name, answer) => {
    const question = QUESTIONS.find((each) => each.switch === name)!;
    const disk = labOf({ [name]: answer });
    const before = stateOf(disk);
    const { raw, ...said } = await ask(disk, question);
    expect({ said, raw }).toMatchObject({ said: { answer } });
    expect(stateOf(disk)).toEqual(before);
    expect(raw.filter((line) => line.startsWith('not taken back'))).toEqual([]);
  });
});

it('one server is asked everything', async () => {
  const disk = labOf({});
  const before = stateOf(disk);
  const found: Partial<Record<UnknownName, string>> = {};
  for (const each of QUESTIONS) {
    const asked = await ask(disk, each);
    found[each.switch] = 'answer' in asked ? asked.answer : asked.why;
  }
  expect(found).toEqual(Object.fromEntries(Object.entries(UNKNOWNS).map(([name, { answers }]) => [name, answers[0]])));
  expect(stateOf(disk)).toEqual(before);
});
