// What stands around the unattended runs, read from a lab: by files alone, and with no start of a program that a check does
// not make without it.

import { describe, expect, it } from 'vitest';
import { guarded } from '../../../src/ground/guarded.ts';
import { prepareDataFolder } from '../../../src/ground/prepare-data-folder.ts';
import { openLab } from '../../../src/lab/open.ts';
import { setKeySddl } from '../../../src/lab/permissions/acls.ts';
import type { Machine, OwnProgram } from '../../../src/machine/machine.ts';
import { DEFAULT_POLICY } from '../../../src/model/run/policy.ts';
import { pauseNotes } from '../../../src/unattended/pause.ts';
import { ownState } from '../../../src/unattended/ready/own-state.ts';
import { installTask } from '../../../src/unattended/schedule/schedule.ts';
import { SELF_HEAL, selfHealTask } from '../../../src/unattended/schedule/scheduled-tasks.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';

const OURS = 'C:\\ProgramData\\iis-ssl-heal';
const TASK_FILE = 'C:\\Windows\\System32\\Tasks\\iis-ssl-heal';
const FOLDER = 'C:\\Program Files\\iis-ssl-heal';
const PROGRAM: OwnProgram = { command: `${FOLDER}\\iis-ssl-heal.exe`, workingDirectory: FOLDER, folders: [] };

/** A server with the task registered, and the programs that were started since. */
async function server(risk: 'safe' | 'disruptive' = 'safe') {
  const disk = labDisk();
  const lab = machineOn(disk);
  await prepareDataFolder(lab);
  await installTask({ name: SELF_HEAL, task: selfHealTask(PROGRAM, risk) }, lab);
  const started: string[] = [];
  const run: Machine['run'] = (command, secrets) => {
    started.push(command.program);
    return lab.run(command, secrets);
  };
  return { disk, started, machine: guarded({ ...lab, run }) };
}

describe('the own state of a server', () => {
  it('is all in order after schedule install, and nothing is started to see it', async () => {
    const { machine, started } = await server('disruptive');
    // Every check looks for a pause, and so has judged the folder already.
    await pauseNotes(machine);
    started.length = 0;
    expect(await ownState(machine, PROGRAM)).toMatchObject({
      task: { name: 'iis-ssl-heal', state: 'right', faults: [] },
      maxRisk: 'disruptive',
      untrusted: undefined,
      policy: { ok: true, value: DEFAULT_POLICY },
      ledger: { ok: true },
      paused: undefined,
      damaged: undefined,
      program: null,
    });
    expect(started).toEqual([]);
  });

  it('asks icacls alone for the folders of the program, and names the one that is open', async () => {
    const { disk, machine, started } = await server();
    disk.makeFolder(FOLDER);
    await pauseNotes(machine);
    started.length = 0;
    const { program } = await ownState(machine, { ...PROGRAM, folders: [FOLDER] });
    expect(new Set(started)).toEqual(new Set(['icacls']));
    expect(started.length).toBeLessThanOrEqual(2);
    expect(program).toBeUndefined();
    setKeySddl(openLab(disk), FOLDER, `D:(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;BU)`);
    const open = await ownState(machine, { ...PROGRAM, folders: [FOLDER] });
    expect(open.program).toMatch(/^C:\\Program Files\\iis-ssl-heal can be changed by S-1-5-32-545; close it first: /);
  });

  it('has a missing task, a wrong one, and one that nobody understands', async () => {
    const { disk, machine } = await server();
    const right = disk.read(TASK_FILE) ?? Buffer.alloc(0);
    const state = async () => (await ownState(machine, PROGRAM)).task;
    disk.write(TASK_FILE, Buffer.from(right.toString('utf16le').replace('--unattended', '--yes'), 'utf16le'));
    expect((await state()).state).toBe('wrong');
    disk.write(TASK_FILE, Buffer.from('no task'));
    expect((await state()).state).toBe('unreadable');
    disk.remove(TASK_FILE);
    expect(await state()).toEqual({ name: 'iis-ssl-heal', state: 'missing', faults: [] });
  });

  it('has a pause, one whose time is over, a config.json that is wrong, and a memory that is', async () => {
    const { disk, machine } = await server();
    const own = () => ownState(machine, PROGRAM);
    disk.write(`${OURS}\\pause`, Buffer.from('until 2026-03-02T12:00:00Z'));
    expect((await own()).paused).toMatch(/^nothing is repaired unattended until 2026-03-02T12:00Z/);
    disk.write(`${OURS}\\pause`, Buffer.from('until 2026-03-01T12:00:00Z'));
    expect((await own()).paused).toBeUndefined();
    disk.write(`${OURS}\\config.json`, Buffer.from('{'));
    disk.write(`${OURS}\\self-heal.json`, Buffer.from('{'));
    const { policy, ledger, untrusted } = await own();
    expect([policy.ok, ledger.ok, untrusted]).toEqual([false, false, undefined]);
  });

  it('has a folder that an ordinary account has made, of which nothing is read', async () => {
    const disk = labDisk();
    disk.makeFolder(OURS);
    disk.write(`${OURS}\\config.json`, Buffer.from('{ "formatVersion": 1, "playbooks": { "stale-hash": false } }'));
    const { untrusted, policy, paused } = await ownState(machineOn(disk), PROGRAM);
    expect(untrusted).toMatch(/iis-ssl-heal is not ours: nothing below HKLM/);
    expect([policy.ok, paused]).toEqual([false, undefined]);
  });

  it('has a folder of ours that somebody has opened since', async () => {
    const { disk, machine } = await server();
    setKeySddl(openLab(disk), OURS, 'D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;BU)');
    const { untrusted } = await ownState(machine, PROGRAM);
    expect(untrusted).toMatch(/iis-ssl-heal can be changed by S-1-5-32-545; close it first: /);
  });

  it('is in order where there is no folder yet: the first repair makes it', async () => {
    const { untrusted, policy, paused, damaged } = await ownState(machineOn(labDisk()), PROGRAM);
    expect([untrusted, policy.ok, paused, damaged]).toEqual([undefined, true, undefined, undefined]);
  });

  it('has a journal that cannot be read', async () => {
    const { disk, machine } = await server();
    disk.makeFolder(`${OURS}\\runs\\0001-20260302T090000Z`);
    disk.write(`${OURS}\\runs\\0001-20260302T090000Z\\0001-begin.json`, Buffer.from('{'));
    expect((await ownState(machine, PROGRAM)).damaged).toContain('what run 0001-20260302T090000Z did is not known');
  });
});
