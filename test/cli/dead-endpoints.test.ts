// A server whose ports are held by a program that takes every connection and never says a word.

import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import type { LabServer } from '../../src/lab/server.ts';
import { byWord } from '../support/by-word.ts';
import { newLab, PROGRAM } from '../support/program.ts';
import { diagnoseLab, labDisk, machineOn } from '../support/run-lab.ts';
import { atTerminalOf, CTRL_C, hasTerminal } from '../support/terminal.ts';

function silence(server: LabServer): void {
  const mute = { port: 443, processId: 3056, image: 'mute.exe', silent: true } as const;
  server.facts.otherListeners = ['0.0.0.0', '[::]'].map((ip) => ({ ...mute, ip }));
  server.save();
}

it('is faulty: whoever connects and hears nothing was turned away', async () => {
  const disk = labDisk();
  silence(openLab(disk));
  const { chains, findings, verdict } = await diagnoseLab(byWord(machineOn(disk), disk));
  expect(verdict).toBe('faulty');
  for (const { links } of chains)
    expect(links.at(-1)).toMatchObject({ name: 'handshake', code: 'handshake-no-tls', state: 'broken' });
  expect(JSON.stringify(findings)).toContain('mute.exe');
});

const OUT = 'evidence';

// The screen of a terminal tells that it is in the middle of the greetings.
describe.runIf(hasTerminal)('Ctrl-C while nobody answers', () => {
  it.each([
    [['check'], 4],
    [['fix', '--yes', '--json'], 3],
    [['collect', '--out', OUT], 3],
  ] as const)(
    'ends %j at once, and leaves nothing of how far it was',
    async (words, code) => {
      const lab = await newLab();
      silence(openLab(folderDisk(lab)));
      const typed = words.map((word) => (word === OUT ? join(dirname(lab), word) : word));
      const ended = await atTerminalOf(
        [process.execPath, PROGRAM, ...typed, '--lab', lab],
        process.env,
        () => undefined,
        (type, shown) => {
          const waiting = setInterval(() => {
            if (!shown().includes('Looking at 2 https bindings ...')) return;
            clearInterval(waiting);
            type(CTRL_C);
          }, 20);
        },
      );
      expect(ended.code).toBe(code);
      const lines = ended.screen.replaceAll('^C', '').split('\r\u001b[K');
      expect(lines.slice(-2)).toEqual(['Looking at 2 https bindings ...', 'Stopped: nothing was changed.\r\n']);
    },
    120_000,
  );
});
