// Failures put in from outside: a disk that is full at every write in turn, and programs that do the wrong thing well.

import { describe, expect, it } from 'vitest';
import { findEntry, putEntry, readStore } from '../../src/lab/certificates/store.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Command } from '../../src/model/repair/command.ts';
import { exitCodeOf } from '../../src/model/run/run-outcome.ts';
import {
  diagnoseLab,
  fixLab,
  ids,
  labDisk,
  machineOn,
  newMachineKeys,
  ourFiles,
  reboot,
  stateOf,
} from '../support/run-lab.ts';

const transferFiles = (disk: MemoryDisk) => ourFiles(disk).filter((path) => path.endsWith('.pfx'));

/** What the server is, without keys that an import which was taken back has left. */
const without = (disk: MemoryDisk, before: Readonly<Record<string, string>>) => {
  const keys = newMachineKeys(before, disk);
  return Object.fromEntries(Object.entries(stateOf(disk)).filter(([path]) => !keys.includes(path)));
};

describe.each([
  ['stranded-key'],
  ['stale-hash'],
  ['lost-binding'],
  ['lost-key-link'],
  ['closed-key'],
  ['signature-only-key'],
  ['broken-chain'],
])('a disk that is full, with %s', (fault) => {
  it('at any write in turn ends as before or healed, with the code that says so', async () => {
    const start = labDisk({ faults: [fault] });
    const before = stateOf(start);
    for (let at = 0; ; at += 1) {
      const disk = start.clone();
      const machine = machineOn(disk);
      let count = 0;
      const full: Machine = {
        ...machine,
        write: async (path, bytes, options) =>
          count++ === at ? { result: 'full', detail: 'the disk is full' } : machine.write(path, bytes, options),
      };
      const code = await fixLab(disk, full).then(
        ({ report }) => exitCodeOf(report.outcome),
        (error: Error) => Number(/\((\d)\)$/.exec(error.message)?.[1]),
      );
      expect({ at, code: [0, 5, 7].includes(code) }).toEqual({ at, code: true });
      expect(transferFiles(disk)).toEqual([]);
      const findings = ids(await diagnoseLab(machine));
      if (findings.length > 0) expect(without(disk, before)).toEqual(before);
      if (count <= at) return;
    }
  });
});

describe('programs that do the wrong thing well', () => {
  const start = () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    reboot(disk);
    return disk;
  };
  const is = (command: Command, verb: string) => command.program === 'certutil' && command.args.includes(verb);

  it('an import whose key is a user key again is taken back (5)', async () => {
    const disk = start();
    const before = stateOf(disk);
    const [stranded] = readStore(openLab(disk), 'MY')!.filter(
      ({ key }) => key !== undefined && (key.flags & 0x20) === 0,
    );
    const machine = machineOn(disk);
    const wrong: Machine = {
      ...machine,
      run: async (command, secrets) => {
        const ran = await machine.run(command, secrets);
        const server = openLab(disk);
        if (is(command, '-importPFX') && findEntry(server, 'MY', stranded!.thumbprint)) {
          putEntry(server, 'MY', stranded!);
          server.save();
        }
        return ran;
      },
    };
    const { report } = await fixLab(disk, wrong);
    expect(report.outcome).toBe('rolled-back');
    expect(without(disk, before)).toEqual(before);
  });

  it('an export that holds no key is noticed before anything is deleted (5)', async () => {
    const disk = start();
    const before = stateOf(disk);
    const machine = machineOn(disk);
    const ran: Command[] = [];
    const keyless: Machine = {
      ...machine,
      run: async (command, secrets) => {
        ran.push(command);
        const result = await machine.run(command, secrets);
        const file = command.args.find((argument) => typeof argument === 'string' && argument.endsWith('.pfx'));
        // SEQUENCE { 3, data } with nothing in it: a PFX by its form, without a bag.
        if (is(command, '-exportPFX') && typeof file === 'string') {
          disk.write(file, Buffer.from('3019020103301406092a864886f70d010701a00704053003040130', 'hex'));
        }
        return result;
      },
    };
    const { report } = await fixLab(disk, keyless);
    expect(report.outcome).toBe('rolled-back');
    expect(ran.some((command) => is(command, '-delstore'))).toBe(false);
    expect(stateOf(disk)).toEqual(before);
    expect(transferFiles(disk)).toEqual([]);
  });
});
