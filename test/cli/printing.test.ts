// When and where a fix prints: its report behind its progress, on whatever it is shown; and with nobody who reads on.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { heal, newLab, PROGRAM } from '../support/program.ts';
import { atTerminalOf, ENTER, hasTerminal } from '../support/terminal.ts';

const ENV = { ...process.env, NO_COLOR: '1', TERM: 'xterm' };
const LAST_STEP = 'Strip property 5506 of LM/W3SVC/1';

/** The progress, the end of its last step in it, stands wholly before the first line of the report. */
function expectInOrder(text: string): void {
  const report = text.indexOf('Healed:');
  expect(report).toBeGreaterThan(-1);
  expect(text.slice(0, report)).toContain(LAST_STEP);
  expect(text.slice(report)).not.toContain(LAST_STEP);
}

const fixOf = (lab: string) => [process.execPath, PROGRAM, 'fix', '--yes', '--lab', lab];
const shell = (line: string) => promisify(execFile)('sh', ['-c', line], { env: ENV });

describe('the report of a fix comes after its progress', () => {
  it.skipIf(!hasTerminal)('at a terminal that redraws', async () => {
    const { code, screen } = await atTerminalOf(fixOf(await newLab('stale-hash')), ENV, () => undefined);
    expect(code).toBe(0);
    expectInOrder(screen);
  });

  it.skipIf(!hasTerminal)('at a terminal without a width', async () => {
    const line = `stty cols 0; exec "$@"`;
    const words = ['sh', '-c', line, 'sh', ...fixOf(await newLab('stale-hash'))];
    expectInOrder((await atTerminalOf(words, ENV, () => undefined)).screen);
  });

  it.skipIf(!hasTerminal)('at a terminal where a person said yes', async () => {
    const words = [process.execPath, PROGRAM, '--lab', await newLab('stale-hash')];
    const { screen } = await atTerminalOf(words, ENV, (question) =>
      question.includes('Apply this repair?') ? `y${ENTER}` : undefined,
    );
    expectInOrder(screen.slice(screen.lastIndexOf('Apply this repair?')));
  });

  it('in a pipe and in a file that take both streams', async () => {
    const piped = await shell(`'${fixOf(await newLab('stale-hash')).join("' '")}' 2>&1 | cat`);
    expectInOrder(piped.stdout);
    const lab = await newLab('stale-hash');
    expectInOrder((await shell(`'${fixOf(lab).join("' '")}' >'${lab}.log' 2>&1; cat '${lab}.log'`)).stdout);
  });
});

describe('a reader that goes away', () => {
  it('cuts no repair off', async () => {
    const lab = await newLab('stale-hash', 'stranded-key');
    await shell(`'${fixOf(lab).join("' '")}' 2>&1 | head -n 1`);
    const { code, err } = await heal('fix', '--dry-run', '--lab', lab);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});
