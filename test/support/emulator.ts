// A terminal as a person has it before him: 24 lines of so many columns, kept by an emulator, behind a real pseudo-terminal.

import { spawn } from 'node:child_process';
import headless from '@xterm/headless';

/** What is typed at this screen; undefined where it asks nothing yet. */
export type Reply = (screen: string) => string | undefined;

/** What a session left: its exit code, each screen that was answered and the last one, and every byte. */
export interface Session {
  readonly code: number;
  readonly asked: readonly string[];
  readonly end: string;
  readonly bytes: string;
}

const ROWS = 24;

/** Runs a program (words of its command line) in `cwd`, and answers each question when its screen is whole. `over`: what is written when one is answered. */
export function sessionAt(
  columns: number,
  words: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  reply: Reply,
  over = '✔',
): Promise<Session> {
  const terminal = new headless.Terminal({ cols: columns, rows: ROWS, allowProposedApi: true });
  const command = `stty rows ${ROWS} cols ${columns}; exec ${words.map((word) => `'${word}'`).join(' ')}`;
  const child = spawn('script', ['-qefc', command, '/dev/null'], { cwd, env });
  const asked: string[] = [];
  let bytes = '';
  /** Where in the bytes the latest answer was typed. */
  let answered = -1;
  const screen = () => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: ROWS }, (_, row) =>
      active.getLine(active.viewportY + row)?.translateToString(true),
    );
    return lines.join('\n').trimEnd();
  };
  const look = () => {
    // Until it is over, a question that was answered is only drawn again.
    if (answered >= 0 && !bytes.slice(answered).includes(over)) return;
    const now = screen();
    const keys = reply(now);
    if (keys === undefined) return;
    asked.push(now);
    answered = bytes.length;
    child.stdin.write(keys);
  };
  return new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      // What is not on the screen yet must not be known before it is.
      terminal.write(chunk, () => {
        bytes += chunk;
        look();
      });
    });
    child.on('close', (code) => terminal.write('', () => resolve({ code: code ?? -1, asked, end: screen(), bytes })));
  });
}
