// What is kept of a server's answers: enough to make a lab that behaves as it did, and nothing that names it or a person. The
// server is a lab here: this tests the questionnaire, not Windows.

import { beforeAll, expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { UNKNOWNS } from '../../src/lab/unknowns.ts';
import { readWindowsAnswers, type WindowsAnswers } from '../../src/lab/windows-answers.ts';
import { stateOf } from '../support/run-lab.ts';
import { sharedKey } from '../support/small-lab.ts';
import { askAll, wrongDefaults } from './ask/ask-all.ts';
import { nothingPersonal } from './ask/nothing-personal.ts';
import { askableLab, otherAnswers, SEEN } from './askable-lab.ts';
import { labHost } from './lab-host.ts';
import { QUESTIONS } from './questions/questions.ts';

function ask(disk: MemoryDisk, questions = QUESTIONS): Promise<WindowsAnswers> {
  let next = 0;
  // Keys that no certificate of the lab has; no question needs more than four.
  return askAll(labHost(disk), { version: '0.0.0', questions, newKey: () => sharedKey(2 + (next++ % 4)) });
}

/** A lab with the default of each switch, asked everything. */
const usual = askableLab();
const before = stateOf(usual);
let found: WindowsAnswers;
beforeAll(async () => {
  found = await ask(usual);
});

it('one server is asked everything, and is afterwards as it was', () => {
  const answers = Object.entries(found.answers).map(([name, said]) => [
    name,
    'answer' in said ? said.answer : said.why,
  ]);
  const defaults = Object.entries(UNKNOWNS).map(([name, each]) => [name, each.answers[0]]);
  expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(defaults));
  expect(wrongDefaults(found)).toEqual([]);
  expect(stateOf(usual)).toEqual(before);
});

it('nothing personal is kept', () => {
  const { facts } = openLab(usual);
  const text = JSON.stringify(found);
  const [, user = ''] = facts.owner.name.split('\\');
  const domain = facts.owner.sid.replace(/-\d+$/, '');
  const personal = [facts.computer, facts.dnsName, facts.machineGuid, user, domain, '192.0.2.9', 'shop.example.test'];
  expect(personal.filter((each) => text.toLowerCase().includes(each.toLowerCase()))).toEqual([]);
  expect(text).toContain(String.raw`\"<account>\",\"S-1-5-21-<account>\"`);
  expect(text).toContain('a visitor of <address> at 44391');
});

it.each([
  [
    '"CORP\\Web Team","Group","S-1-5-21-1-2-3-1105","Enabled"',
    '"<account>","<account>","S-1-5-21-<account>","Enabled"',
  ],
  ['"BUILTIN\\Users","Alias","S-1-5-32-545",""', '"BUILTIN\\Users","Alias","S-1-5-32-545",""'],
  ['AzureAD S-1-12-1-99-98-97-96', 'AzureAD S-1-12-1-<account>'],
  ['D:AI(A;;FA;;;S-1-5-21-1-2-3-500)', 'D:AI(A;;FA;;;S-1-5-21-<account>)'],
  ['C:\\Users\\o.weber\\AppData\\Roaming', 'C:\\Users\\<user>\\AppData\\Roaming'],
  ['ProfileImagePath REG_EXPAND_SZ C:\\Users\\Olga W', 'ProfileImagePath REG_EXPAND_SZ C:\\Users\\<user>'],
  ['on LABSRV.example.test, labsrv$, by olga', 'on <computer>.<dns-domain>, <computer>$, by <user>'],
  ['a visitor of 192.0.2.9 and of 127.0.0.1', 'a visitor of <address> and of 127.0.0.1'],
  ['volga and 1192.0.2.99', 'volga and 1192.0.2.99'],
])('%s is kept as %s', async (text, kept) => {
  expect((await nothingPersonal(labHost(usual)))(text)).toBe(kept);
});

it('a lab made of the answers of another one gives the same answers', async () => {
  const unknowns = otherAnswers();
  const other = await ask(askableLab({ unknowns, osBuild: 26100 }));
  expect(readWindowsAnswers(JSON.stringify(other))).toEqual({ answers: unknowns, osBuild: 26100 });
  const wrong = Object.keys(unknowns).filter((name) => !(name in SEEN));
  expect(
    wrongDefaults(other)
      .map((line) => line.split(':')[0])
      .toSorted(),
  ).toEqual(wrong.toSorted());
  expect(wrongDefaults(other)).toContain('ipv6-wildcard: default of the lab: ipv6-only; here: both-families');
});

it.each([
  ['central-store-miss', 'record-order', 'wildcard-first', 'wildcard address'],
  ['update-left-out', 'update-sslcert', 'the-other-way', 'no update'],
])('%s is not answered where %s is %s, and it is said why', async (name, by, answer, why) => {
  const questions = QUESTIONS.filter((each) => each.switch === name);
  const { answers } = await ask(askableLab({ unknowns: { [by]: answer } }), questions);
  expect(answers).toEqual({ [name]: { why: expect.stringContaining(why), raw: expect.any(Array) } });
});
