// Rows of the table of what a run on a real Windows leans on, of files and folders: each under every answer that Windows may have.

import { describe, expect, it } from 'vitest';
import { UNKNOWNS } from '../../src/lab/unknowns.ts';
import type { Machine } from '../../src/machine/machine.ts';
import { diagnoseLab, fixLab, ids, labDisk, machineOn } from '../support/run-lab.ts';

const CRYPTO = 'C:\\ProgramData\\Microsoft\\Crypto';
const MACHINE_KEYS = `${CRYPTO}\\RSA\\MachineKeys`;

/**
 * A27: MachineKeys holds millions of files on some servers. `icacls MachineKeys /save FILE /t` did not end in its time there, so
 * no permissions were ever known, and each look, each plan and the hourly task began it anew.
 */
describe('A27: among 5,000 key files of other programs', () => {
  const addOthers = (disk: ReturnType<typeof labDisk>) => {
    for (let index = 0; index < 5000; index += 1) {
      const digits = index.toString(16).padStart(32, '0');
      disk.write(`${MACHINE_KEYS}\\${digits}_0f6d9f0a-3b1c-4e58-9a77-1c2d3e4f5a6b`, Buffer.from('key'));
    }
  };

  /** A machine whose starts of icacls are kept, with what each has saved. */
  const counting = (machine: Machine) => {
    const starts: string[] = [];
    const sizes: number[] = [];
    const run: Machine['run'] = async (command, secrets) => {
      const ran = await machine.run(command, secrets);
      if (command.program !== 'icacls') return ran;
      starts.push(command.args.map((each) => (typeof each === 'string' ? each : '-')).join(' '));
      sizes.push(ran.started ? (ran.output?.length ?? 0) : 0);
      return ran;
    };
    return { starts, sizes, machine: { ...machine, run } };
  };

  const GOES_THROUGH_A_FOLDER = /\\MachineKeys(?:\\\*| .* \/t)/;

  it('a check asks what it asks without them, and reads no long list', async () => {
    const disk = labDisk({ faults: ['closed-key'] });
    const alone = counting(machineOn(disk));
    const found = ids(await diagnoseLab(alone.machine));
    expect(found).toHaveLength(1);
    addOthers(disk);
    const among = counting(machineOn(disk));
    expect(ids(await diagnoseLab(among.machine))).toEqual(found);
    expect(among.starts.sort()).toEqual(alone.starts.sort());
    expect(among.starts.filter((start) => GOES_THROUGH_A_FOLDER.test(start))).toEqual([]);
    expect(Math.max(...among.sizes)).toBeLessThan(1000);
  });

  it('a closed key is healed', async () => {
    const disk = labDisk({ faults: ['closed-key'] });
    addOthers(disk);
    const { starts, sizes, machine } = counting(machineOn(disk));
    expect((await fixLab(disk, machine)).report.outcome).toBe('healed');
    expect((await diagnoseLab(machine)).verdict).toBe('healthy');
    expect(starts.filter((start) => GOES_THROUGH_A_FOLDER.test(start))).toEqual([]);
    expect(Math.max(...sizes)).toBeLessThan(1000);
  });
});

/**
 * B7: closed, no key was looked for anywhere: every site with a certificate was "not checked", and none was healed that could be.
 */
describe.each(UNKNOWNS['system-keys-list'].answers)("B7: where the folders of SYSTEM's own keys are %s", (answer) => {
  const labWith = (faults: readonly string[]) => labDisk({ faults, unknowns: { 'system-keys-list': answer } });

  it('a healthy server is healthy', async () => {
    const { verdict, notChecked } = await diagnoseLab(machineOn(labWith([])));
    expect([verdict, notChecked]).toEqual(['healthy', []]);
  });

  it.each(['stranded-key', 'closed-key'])('%s is found and healed', async (fault) => {
    const disk = labWith([fault]);
    expect((await fixLab(disk, machineOn(disk))).report.outcome).toBe('healed');
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
  });

  it('a key that can only lie there is not checked, and never called lost', async () => {
    const disk = labWith(['stranded-key']);
    const before = await diagnoseLab(machineOn(disk));
    const [file = ''] = before.found.flatMap(({ finding }) =>
      finding.facts.filter(({ name }) => name === 'keyFile').map(({ value }) => value),
    );
    disk.rename(file, `${CRYPTO}\\RSA\\S-1-5-18\\${file.slice(file.lastIndexOf('\\') + 1)}`);
    const { chains, findings, verdict } = await diagnoseLab(machineOn(disk));
    const keys = chains.flatMap(({ links }) => links.filter(({ name }) => name === 'key'));
    expect(keys.map(({ state }) => state).sort()).toEqual(answer === 'listed' ? ['ok', 'ok'] : ['ok', 'unknown']);
    if (answer === 'listed') return;
    expect(keys.map(({ message }) => message)).toContainEqual(expect.stringContaining('could not be listed'));
    expect(findings.filter(({ playbook }) => /key/.test(playbook))).toEqual([]);
    expect(verdict).not.toBe('healthy');
  });
});
