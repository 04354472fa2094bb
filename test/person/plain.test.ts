import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Person } from '../../src/person/person.ts';
import { plainPerson } from '../../src/person/plain.ts';

/** What the person answers who types each line when asked, and everything that was shown. */
async function typing<T>(lines: readonly string[], ask: (person: Person) => Promise<T>) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  const left = [...lines];
  output.on('data', (bytes: Buffer) => {
    shown += bytes.toString();
    if (!/[):?] $/.test(bytes.toString())) return;
    const line = left.shift();
    setImmediate(() => (line === 'END' ? input.end() : input.write(line ?? '')));
  });
  return { answer: await ask(plainPerson({ input, output })), shown };
}

const CHOICES = [
  { value: 'yes', title: 'Yes' },
  { value: 'no', title: 'No, leave it' },
];
const choose = (person: Person) => person.choose('Q?', CHOICES, 'no');
const approve = (person: Person) => person.approve('Q?');

describe('a terminal that cannot move its cursor', () => {
  it('shows a question in lines without any code, and takes numbers and first letters', async () => {
    const { answer, shown } = await typing(['1\n'], choose);
    expect(answer).toEqual({ ok: true, value: 'yes' });
    expect(shown).toBe('Q?\n  1. Yes\n  2. No, leave it\nNumber, or first letters (Enter: 2): ');
    expect((await typing(['y\n'], choose)).answer).toEqual({ ok: true, value: 'yes' });
    expect((await typing(['NO\n'], choose)).answer).toEqual({ ok: true, value: 'no' });
  });

  it('takes Enter for what does no harm, and for the first where nothing is said of that', async () => {
    expect((await typing(['\n'], choose)).answer).toEqual({ ok: true, value: 'no' });
    expect((await typing(['\n'], (person) => person.choose('Q?', CHOICES))).answer).toEqual({ ok: true, value: 'yes' });
    expect((await typing(['\n'], approve)).answer).toEqual({ ok: true, value: false });
  });

  it('asks again after what is no answer', async () => {
    const { answer, shown } = await typing(['7\n', 'what\n', '0\n', '2\n'], choose);
    expect(answer).toEqual({ ok: true, value: 'no' });
    expect(shown.match(/Q\?/g)).toHaveLength(4);
    expect((await typing(['what\n', 'y\n'], approve)).answer).toEqual({ ok: true, value: true });
  });

  it('asks again where several answers begin so: one alone is meant', async () => {
    const alike = ['shop.example.test (0ACC3C27)', 'shop.example.test (E25835FD)', 'Shopping'].map((title) => ({
      value: title,
      title,
    }));
    const which = (person: Person) => person.choose('Which certificate?', alike);
    for (const several of ['s\n', 'shop\n', 'shop.example.test (\n']) {
      const { answer, shown } = await typing([several, '2\n'], which);
      expect(answer).toEqual({ ok: true, value: 'shop.example.test (E25835FD)' });
      expect(shown.match(/Which certificate\?/g)).toHaveLength(2);
    }
    const { answer } = await typing(['SHOP.example.test (e\n'], which);
    expect(answer).toEqual({ ok: true, value: 'shop.example.test (E25835FD)' });
  });

  it('never shows a secret', async () => {
    const secret = (person: Person) => person.secret('Q?');
    const { answer, shown } = await typing(['gehx\u007feim\r'], secret);
    expect(answer).toEqual({ ok: true, value: 'geheim' });
    expect(shown).toBe('Q? \n');
    for (const leave of ['\u0003', '\u0004', 'END'])
      expect((await typing([leave], secret)).answer).toEqual({ ok: false, error: 'gone' });
  });

  it('says that the person is gone', async () => {
    const gone = { ok: false, error: 'gone' };
    expect((await typing(['END'], choose)).answer).toEqual(gone);
    expect((await typing(['END'], approve)).answer).toEqual(gone);
  });

  it('shows what is hidden', async () => {
    const hostile = [{ value: 1, title: 'one\u009b2J\u2066' }];
    const { shown } = await typing(['\n'], (person) => person.choose('Q\u001b]0;t\u0007?', hostile));
    expect(shown).toMatch(/^Q\\u001b\]0;t\\u0007\?\n {2}1\. one\\u009b2J\\u2066\n/);
  });
});
