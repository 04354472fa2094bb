import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from '../../../src/cmd-scripts/fix/lines.ts';
import { scriptsFor } from '../../support/cmd/scripts-for.ts';
import { labDisk } from '../../support/run-lab.ts';
import { addHarmlessProgram, type WinePrefix, wine64, winePrefix } from '../../support/wine.ts';

if (wine64 === undefined) console.warn('SKIPPED: the repair script is not run: Wine (wine64) is not installed here');

describe.skipIf(wine64 === undefined)("the scripts under Wine's cmd", () => {
  let wine: WinePrefix;
  let computer: string;
  let machineGuid: string;

  beforeAll(() => {
    wine = winePrefix(wine64!);
    computer = wine.run('cmd', '/c', 'echo %COMPUTERNAME%').stdout.trim();
    const asked = wine.run('reg', 'query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid').stdout;
    machineGuid = /[0-9a-f-]{36}/i.exec(asked)?.[0] ?? '';
  }, 120_000);
  afterAll(() => wine?.remove());

  function runIn(name: string, script: string) {
    writeFileSync(join(wine.drive, name), script, 'latin1');
    return wine.run('cmd', '/c', `C:\\${name}`);
  }

  const faulty = () => labDisk({ faults: ['stranded-key', 'lost-binding'] });

  it('are refused with 7 on a computer that is not the one of the evidence', async () => {
    const { fix, undo } = await scriptsFor(faulty(), {});
    for (const [name, script] of [
      ['heal it.cmd', fix],
      ['heal it.undo.cmd', undo],
    ] as const) {
      const { code, stdout } = runIn(name, script);
      expect([code, stdout]).toEqual([7, expect.stringContaining('Refused: this computer is not LABSRV')]);
      expect(stdout).toContain('Nothing was changed.');
    }
  });

  it('are refused with 7 where nobody can tell who is elevated', async () => {
    const { fix } = await scriptsFor(faulty(), { computer, machineGuid });
    const { code, stdout } = runIn('heal.cmd', fix);
    expect([code, stdout]).toEqual([7, expect.stringContaining('Refused: a program is missing: fltmc.exe')]);
  });

  it('go on to the first thing that is not as it was, and ask the real registry for it', async () => {
    addHarmlessProgram(wine, 'fltmc.exe');
    const { fix } = await scriptsFor(faulty(), { computer, machineGuid });
    const { code, stdout } = runIn('heal.cmd', fix);
    expect([code, stdout]).toEqual([
      7,
      expect.stringContaining('not as it was when the plan was made: the certificate'),
    ]);
  });

  it('say the words of people as they are', () => {
    const words = 'Shop & Co %TEMP% | "x" > y ^ <z> (a) !b! 100%';
    const { stdout } = runIn('say.cmd', `@echo off\r\nsetlocal DisableDelayedExpansion\r\n${say(words)}\r\n`);
    expect(stdout.trim()).toBe(words);
  });
});
