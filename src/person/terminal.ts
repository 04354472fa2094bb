// A person at a terminal, asked by inquirer.

import { fail, ok } from '../model/result.ts';
import { printable } from '../report/terminal/layout.ts';
import type { Answer, Choice, Person } from './person.ts';

/** Where answers come from and where questions are put. */
export interface Ends {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** This process's terminal. Questions go to stderr, since stdout carries the result alone; to stdout where stderr is a file. */
const thisTerminal = (): Ends => ({
  input: process.stdin,
  output: process.stderr.isTTY ? process.stderr : process.stdout,
});

/** Asks at this terminal. The caller has seen to it that there is one (see canAsk). */
export async function personAt(env: Readonly<Record<string, string | undefined>>): Promise<Person> {
  if (env.TERM !== 'dumb') return terminalPerson();
  const { plainPerson } = await import('./plain.ts');
  return plainPerson(thisTerminal());
}

/** Asks at a terminal that can move its cursor. */
export function terminalPerson(at: Ends = thisTerminal()): Person {
  return {
    async approve(question) {
      const { default: confirm } = await import('@inquirer/confirm');
      return answered(at, (context) => confirm({ message: printable(question), default: false }, context));
    },
    async choose<T>(question: string, choices: readonly Choice<T>[], atOnce?: T) {
      const { default: select } = await import('@inquirer/select');
      // Chosen by index: select would take a value that is an object for one of its own choice objects.
      const listed = choices.map(({ title }, index) => ({ value: index, name: printable(title) }));
      const preset = Math.max(
        0,
        choices.findIndex(({ value }) => value === atOnce),
      );
      const answer = await answered(at, (context) =>
        select({ message: printable(question), choices: listed, default: preset }, context),
      );
      const chosen = answer.ok ? choices[answer.value] : undefined;
      return chosen === undefined ? GONE : ok(chosen.value);
    },
    async secret(question) {
      const { default: password } = await import('@inquirer/password');
      return answered(at, (context) => password({ message: printable(question) }, context));
    },
  };
}

const GONE = fail('gone' as const);

/** How inquirer says that the person left: Ctrl-C, an abort by us, or a cancelled prompt. */
const LEFT = ['ExitPromptError', 'AbortPromptError', 'CancelPromptError'];

interface Context extends Ends {
  readonly signal: AbortSignal;
}

/**
 * Puts one question. inquirer never answers when its input ends (Ctrl-D, a closed window): node would then leave with
 * code 0 in the middle of everything. So the end of the input is made an abort. readline pauses the input when it closes.
 */
async function answered<T>(at: Ends, ask: (context: Context) => Promise<T>): Promise<Answer<T>> {
  const gone = new AbortController();
  const leave = () => gone.abort();
  for (const event of LEAVING) at.input.on(event, leave);
  try {
    return ok(await ask({ ...at, signal: gone.signal }));
  } catch (error) {
    if (error instanceof Error && LEFT.includes(error.name)) return GONE;
    throw error;
  } finally {
    for (const event of LEAVING) at.input.off(event, leave);
  }
}

const LEAVING = ['end', 'close', 'pause'] as const;
