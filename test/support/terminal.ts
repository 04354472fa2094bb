// A person at a real pseudo-terminal, which `script` (util-linux) makes.

import { spawn, spawnSync } from 'node:child_process';

/** False where there is no `script` program, so no pseudo-terminal. */
export const hasTerminal = spawnSync('script', ['--version']).status === 0;

export const ENTER = '\r';
export const CTRL_C = '\x03';

/** inquirer's, and the one that it draws on a console of Windows. */
const CHECK_MARK = /[✔√]/;

/** What a console writes to move its cursor (ECMA-48): there are question marks in it. */
const withoutEscapes = (text: string): string => text.replaceAll(ESCAPE, '');
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one
const ESCAPE = /\u001b\[[\d;?]*[A-Za-z]/g;

/** What is typed when this question is asked; undefined where it is not the question that was waited for. */
export type Answer = (question: string) => string | undefined;

/**
 * Runs a program (words of its command line) at a terminal of 200 columns and answers each question once, when it is asked.
 * `meanwhile` is called at the start, and may type at any time, and look at what was shown. A question is over when inquirer has put its check mark in front of it; until then it is only drawn again.
 */
export function atTerminalOf(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  answer: Answer,
  meanwhile: (type: (text: string) => void, shown: () => string) => void = () => {},
): Promise<{ code: number; screen: string }> {
  const line = words.map((word) => `'${word}'`).join(' ');
  // exec: a shell that stays in between gets the Ctrl-C too, and dash (what `script` starts where SHELL is not set) then
  // ends with 130 whatever the program said.
  const command = `stty cols 200; exec ${line}`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], { env: { ...env, COLUMNS: '200' } });
  let screen = '';
  meanwhile(
    (text) => child.stdin.write(text),
    () => screen,
  );
  return new Promise((resolve) => {
    let seen = 0;
    let waiting = false;
    // Decoded as one text: a terminal may cut a letter in two.
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      screen += chunk;
      if (waiting) {
        const over = screen.slice(seen).search(CHECK_MARK);
        if (over < 0) return;
        seen += over + 1;
        waiting = false;
      }
      const question = /\? ([^\n]*(?:\?|assword[^\n]*))/.exec(withoutEscapes(screen.slice(seen)))?.[1];
      const reply = question === undefined ? undefined : answer(question);
      if (reply === undefined) return;
      seen = screen.length;
      waiting = true;
      child.stdin.write(reply);
    });
    child.on('close', (code) => resolve({ code: code ?? -1, screen }));
  });
}
