// A repair that is stopped in its middle: by Ctrl-C in the console, and by the end of the process, as when its window is
// closed and it does not end in time.

import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { atTerminalOf, CTRL_C, hasTerminal } from '../support/terminal.ts';
import { labOnFreePort } from './lay-out.ts';
import { wineEnvironment } from './prefix.ts';
import { drive, HEAL, heal, storesAndRecords, thisWindows, withServer } from './server.ts';

/** Waits until one of the lab's programs has been started with this word among its arguments, by a child that is there. */
async function startOf(word: string, child?: ChildProcess): Promise<void> {
  while (!drive().read('C:\\lab-started.txt')?.toString('utf8').includes(word)) {
    if (child?.exitCode !== undefined && child.exitCode !== null)
      throw new Error(`it ended with ${child.exitCode} before ${word}`);
    await sleep(20);
  }
}

const transferFiles = (): readonly string[] => drive().list('C:\\ProgramData\\iis-ssl-heal\\work')?.files ?? [];
const lock = () => drive().read('C:\\ProgramData\\iis-ssl-heal\\lock.json');

describe('a repair that is stopped', () => {
  it.skipIf(!hasTerminal)('by Ctrl-C ends its step, takes everything back and says so', async () => {
    await withServer(await labOnFreePort('stranded-key'), async () => {
      const before = await storesAndRecords();
      const prefix = thisWindows();
      const env = { ...wineEnvironment(prefix), NO_COLOR: '1', TERM: 'xterm' };
      const none = () => undefined;
      const { code, screen } = await atTerminalOf([prefix.loader, HEAL, 'fix', '--yes'], env, none, (type) => {
        startOf('-delstore').then(() => type(CTRL_C));
      });
      expect({ code, screen: code === 5 ? '' : screen }).toEqual({ code: 5, screen: '' });
      expect(await storesAndRecords()).toBe(before);
      expect([transferFiles(), lock()]).toEqual([[], undefined]);
    });
  });

  it('by its end is made good by the next one', async () => {
    await withServer(await labOnFreePort('stranded-key'), async () => {
      const prefix = thisWindows();
      const child = spawn(prefix.loader, [HEAL, 'fix', '--yes'], {
        env: wineEnvironment(prefix),
        cwd: prefix.drive,
        stdio: 'ignore',
      });
      const gone = new Promise((resolve) => child.once('exit', resolve));
      await startOf('-delstore', child);
      child.kill('SIGKILL');
      await gone;
      expect(lock()).not.toBeUndefined();
      const fix = await heal('fix', '--yes');
      expect({ code: fix.code, err: fix.code === 0 ? '' : fix.err }).toEqual({ code: 0, err: '' });
      expect((await heal('check')).code).toBe(0);
      expect([transferFiles(), lock()]).toEqual([[], undefined]);
    });
  });
});
