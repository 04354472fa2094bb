import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { canAsk, type Person } from '../../src/person/person.ts';
import { terminalPerson } from '../../src/person/terminal.ts';

/** What the person answers who types `keys` when asked, and everything that was shown. */
async function typing<T>(keys: string, ask: (person: Person) => Promise<T>) {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  let typed = false;
  output.on('data', (bytes: Buffer) => {
    shown += bytes.toString();
    if (!typed && shown.includes('Q')) {
      typed = true;
      // inquirer listens to keys as soon as it has drawn the question, not before.
      setImmediate(() => (keys === 'END' ? input.end() : input.write(keys)));
    }
  });
  const answer = await ask(terminalPerson({ input, output }));
  return { answer, shown };
}

const CHOICES = [
  { value: { way: 'move' }, title: 'Move' },
  { value: { way: 're-bind' }, title: 'Again' },
];

describe('terminalPerson', () => {
  it('takes yes for yes, and Enter for no', async () => {
    const approve = (person: Person) => person.approve('Q?');
    expect((await typing('y\r', approve)).answer).toEqual({ ok: true, value: true });
    expect((await typing('\r', approve)).answer).toEqual({ ok: true, value: false });
  });

  it('recommends the first choice', async () => {
    const choose = (person: Person) => person.choose('Q?', CHOICES);
    expect((await typing('\r', choose)).answer).toEqual({ ok: true, value: { way: 'move' } });
    expect((await typing('\u001b[B\r', choose)).answer).toEqual({ ok: true, value: { way: 're-bind' } });
  });

  it('shows what is hidden in a question and in its choices', async () => {
    const hostile = 'Q\u001b]0;t\u0007\u202e\u200b?';
    const choices = [{ value: 1, title: 'one\u009b2J\u2066' }];
    for (const ask of [
      (person: Person) => person.approve(hostile),
      (person: Person) => person.secret(hostile),
      (person: Person) => person.choose(hostile, choices),
    ]) {
      const { shown } = await typing<unknown>('\r', ask);
      expect(shown).toContain('Q\\u001b]0;t\\u0007\\u202e\\u200b?');
      for (const sign of ['\u001b]', '\u0007', '\u009b', '\u202e', '\u2066', '\u200b'])
        expect(shown).not.toContain(sign);
    }
  });

  it('never echoes a secret', async () => {
    const { answer, shown } = await typing('geheim\r', (person) => person.secret('Q?'));
    expect(answer).toEqual({ ok: true, value: 'geheim' });
    expect(shown).not.toContain('geheim');
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['the end of the input', 'END'],
  ])('says that the person is gone: %s', async (_name, keys) => {
    expect((await typing(keys, (person) => person.approve('Q?'))).answer).toEqual({ ok: false, error: 'gone' });
    expect((await typing(keys, (person) => person.choose('Q?', CHOICES))).answer).toEqual({ ok: false, error: 'gone' });
    expect((await typing(keys, (person) => person.secret('Q?'))).answer).toEqual({ ok: false, error: 'gone' });
  });
});

describe('canAsk', () => {
  it('asks only with a terminal at both ends', () => {
    expect(canAsk({ stdin: { isTTY: true }, stdout: { isTTY: true } })).toBe(true);
    expect(canAsk({ stdin: {}, stdout: { isTTY: true } })).toBe(false);
    expect(canAsk({ stdin: { isTTY: true }, stdout: {} })).toBe(false);
  });
});
