// A person at a terminal that cannot move its cursor (TERM=dumb): questions in lines, answers by number or first letters.

import { createInterface } from 'node:readline';
import { fail, ok } from '../model/result.ts';
import { printable } from '../report/terminal/layout.ts';
import type { Answer, Choice, Person } from './person.ts';
import type { Ends } from './terminal.ts';

/** Asks line by line; a line that is no answer is asked for again. */
export function plainPerson(at: Ends): Person {
  const say = (text: string) => void at.output.write(text);
  return {
    async approve(question) {
      for (;;) {
        say(`${printable(question)} (y/N) `);
        const line = await lineFrom(at);
        if (!line.ok) return line;
        const [letter = 'n'] = line.value.trim().toLowerCase();
        if (letter === 'y' || letter === 'n') return ok(letter === 'y');
      }
    },
    async choose<T>(question: string, choices: readonly Choice<T>[], atOnce?: T) {
      const preset = Math.max(
        0,
        choices.findIndex(({ value }) => value === atOnce),
      );
      for (;;) {
        say(`${printable(question)}\n`);
        for (const [index, { title }] of choices.entries()) say(`  ${index + 1}. ${printable(title)}\n`);
        say(`Number, or first letters (Enter: ${preset + 1}): `);
        const line = await lineFrom(at);
        if (!line.ok) return line;
        const chosen = choices[chosenBy(line.value.trim(), choices, preset)];
        if (chosen !== undefined) return ok(chosen.value);
      }
    },
    async secret(question) {
      say(`${printable(question)} `);
      const secret = await unseen(at);
      say('\n');
      return secret;
    },
  };
}

/** -1 where no answer begins so, or several do: two certificates of one name are told apart by their number. */
function chosenBy(line: string, choices: readonly Choice<unknown>[], preset: number): number {
  if (line === '') return preset;
  if (/^\d+$/.test(line)) return Number(line) - 1;
  const [first = -1, ...others] = choices.flatMap(({ title }, index) =>
    title.toLowerCase().startsWith(line.toLowerCase()) ? index : [],
  );
  return others.length === 0 ? first : -1;
}

const GONE = fail('gone' as const);

/** `terminal: false`: the terminal itself echoes and edits the line, and Ctrl-C is the signal that it is. */
function lineFrom({ input }: Ends): Promise<Answer<string>> {
  return new Promise((resolve) => {
    const lines = createInterface({ input, terminal: false });
    lines.once('line', (line) => {
      resolve(ok(line));
      lines.close();
    });
    lines.once('close', () => resolve(GONE));
  });
}

type Raw = NodeJS.ReadableStream & { setRawMode?(raw: boolean): unknown };

const LEAVING = ['\u0003', '\u0004'];

/** Reads a line key by key with the echo off, and shows nothing of it, not even how long it is. */
function unseen({ input }: Ends): Promise<Answer<string>> {
  const raw: Raw = input;
  return new Promise((resolve) => {
    let typed = '';
    const end = (answer: Answer<string>) => {
      input.off('data', onData);
      input.off('end', onEnd);
      raw.setRawMode?.(false);
      input.pause();
      resolve(answer);
    };
    const onEnd = () => end(GONE);
    const onData = (bytes: Buffer | string) => {
      for (const sign of String(bytes)) {
        if (LEAVING.includes(sign)) return end(GONE);
        if (sign === '\r' || sign === '\n') return end(ok(typed));
        typed = sign === '\u007f' || sign === '\b' ? typed.slice(0, -1) : typed + sign;
      }
    };
    raw.setRawMode?.(true);
    input.on('data', onData);
    input.on('end', onEnd);
    input.resume();
  });
}
