// The file of a real server's answers, as a lab takes it over.

import { describe, expect, it } from 'vitest';
import { readWindowsAnswers } from '../../src/lab/windows-answers.ts';

const raw = ['a line'];
const GOOD = {
  formatVersion: 1,
  build: 26100,
  revision: 4061,
  edition: 'ServerStandard',
  language: '0407',
  version: '0.1.0',
  answers: {
    'record-order': { answer: 'wildcard-first', raw },
    'ipv6-wildcard': { answer: 'ipv6-only', raw },
    'sent-chain': { why: 'nobody was served', raw },
  },
};

describe('windows-answers.json', () => {
  it('gives the answers that there are, and the build', () => {
    const told = { osBuild: 26100, answers: { 'record-order': 'wildcard-first', 'ipv6-wildcard': 'ipv6-only' } };
    expect(readWindowsAnswers(JSON.stringify(GOOD))).toEqual(told);
    // Notepad puts a mark in front, and PowerShell too.
    expect(readWindowsAnswers(`\uFEFF${JSON.stringify(GOOD, null, 2)}`)).toEqual(told);
  });

  it('of a server that does not say its build leaves the lab its own', () => {
    expect(readWindowsAnswers(JSON.stringify({ ...GOOD, build: 0, answers: {} }))).toEqual({ answers: {} });
  });

  it.each([
    ['no JSON', '{"formatVersion": 1,', 'is not JSON'],
    ['nothing', '', 'is not JSON'],
    ['a list', '[]', 'holds no answers'],
    ['null', 'null', 'holds no answers'],
    ['another version', JSON.stringify({ ...GOOD, formatVersion: 2 }), 'the formatVersion 2'],
    ['no version', '{}', 'the formatVersion'],
    ['no answers', JSON.stringify({ ...GOOD, answers: undefined }), 'holds no answers'],
    ['a list of answers', JSON.stringify({ ...GOOD, answers: [] }), 'holds no answers'],
    ['no build', JSON.stringify({ ...GOOD, build: '26100' }), 'does not say the build'],
    ['a negative build', JSON.stringify({ ...GOOD, build: -1 }), 'does not say the build'],
    ['an unknown switch', answered('no-such-switch', { answer: 'yes' }), '"no-such-switch"'],
    ['a switch of every object', answered('constructor', { answer: 'yes' }), '"constructor"'],
    ['an unknown answer', answered('record-order', { answer: 'random' }), 'sni-first or wildcard-first'],
    ['an answer that is no text', answered('record-order', { answer: 1, why: 'x' }), 'sni-first or wildcard-first'],
    ['neither answer nor reason', answered('record-order', { raw }), 'no answer of record-order'],
    ['an answer that is null', answered('record-order', null), 'no answer of record-order'],
  ])('with %s is refused, and it is said why', (_what, text, why) => {
    const told = readWindowsAnswers(text);
    expect(told).toEqual({ wrong: expect.stringContaining(why) });
  });
});

function answered(name: string, said: unknown): string {
  return JSON.stringify({ ...GOOD, answers: { [name]: said } });
}
