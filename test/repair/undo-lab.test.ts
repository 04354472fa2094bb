import { describe, expect, it } from 'vitest';
import { prepareDataFolder } from '../../src/ground/prepare-data-folder.ts';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { readRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import { stepsToUndo, undoRun } from '../../src/repair/executor/undo.ts';
import { listRuns, readRun } from '../../src/repair/journal/read-journal.ts';
import {
  configBytes,
  diagnoseLab,
  failure,
  fixLab,
  ids,
  labDisk,
  latest,
  machineOn,
  newMachineKeys,
  restart,
  stateOf,
  stubbornAdd,
  tell,
  undoLatest,
} from '../support/run-lab.ts';

const without = (state: Readonly<Record<string, string>>, paths: readonly string[]) =>
  Object.fromEntries(Object.entries(state).filter(([path]) => !paths.includes(path)));

describe('the journal of a run', () => {
  it('tells the run as it was', async () => {
    const disk = labDisk({ faults: ['stranded-key', 'stale-hash'] });
    const { report } = await fixLab(disk, machineOn(disk));
    const run = await latest(disk);
    expect(run).toMatchObject({
      id: '0001-20260302T090000Z',
      startedAt: '2026-03-02T09:00:00.000Z',
      closed: true,
      outcome: 'healed',
    });
    expect(report.runId).toBe(run.id);
    expect(run.plans.map(({ number, steps }) => [number, steps])).toEqual([
      [0, ['done', 'done', 'done']],
      [1, Array(8).fill('done')],
    ]);
    expect(run.plans.map(({ plan }) => plan)).toEqual(JSON.parse(JSON.stringify(report.plans.map(({ plan }) => plan))));
  });

  it('has a number that only grows: runs are listed oldest first, also where the clock was set back', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    await fixLab(disk, machineOn(disk));
    await fixLab(disk, { ...machineOn(disk), now: () => new Date('2025-12-31T23:59:59.000Z') });
    expect(await listRuns(machineOn(disk))).toEqual(['0001-20260302T090000Z', '0002-20251231T235959Z']);
  });

  it('of no run, or of a folder without a head, is none', async () => {
    const disk = labDisk();
    expect(await listRuns(machineOn(disk))).toEqual([]);
    expect(await readRun(machineOn(disk), 'nothing')).toBeUndefined();
    await prepareDataFolder(machineOn(disk));
    expect(await listRuns(machineOn(disk))).toEqual([]);
    expect(await readRun(machineOn(disk), 'nothing')).toBeUndefined();
    disk.makeFolder('C:\\ProgramData\\iis-ssl-heal\\runs\\x');
    expect(await readRun(machineOn(disk), 'x')).toBeUndefined();
    disk.write('C:\\ProgramData\\iis-ssl-heal\\runs\\x\\0000-run.json', Buffer.from('{"kind":"ru'));
    expect(await readRun(machineOn(disk), 'x')).toBeUndefined();
    disk.write('C:\\ProgramData\\iis-ssl-heal\\runs\\x\\0000-run.json', Buffer.from('{"kind":"closed","exitCode":0}'));
    expect(await readRun(machineOn(disk), 'x')).toMatchObject({
      plans: [],
      damage: expect.stringContaining('0000-run'),
    });
  });

  it('that was cut off in the middle says where', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    await fixLab(disk, machineOn(disk));
    const folder = `C:\\ProgramData\\iis-ssl-heal\\runs\\0001-20260302T090000Z`;
    const files = disk.list(folder)!.files;
    expect(files.map((name) => name.slice(5))).toEqual([
      'run.json',
      'plan.json',
      'begin.json',
      'end.json',
      'begin.json',
      'end.json',
      'begin.json',
      'end.json',
      'plan-end.json',
      'closed.json',
    ]);
    expect(files.map((name) => name.slice(0, 4))).toEqual(files.map((_name, index) => String(index).padStart(4, '0')));
    for (const name of files.slice(8)) disk.remove(`${folder}\\${name}`);
    disk.write(`${folder}\\${files[7]}`, Buffer.from('{ "kind": "end", "pl'));
    disk.write(`${folder}\\notes.txt`, Buffer.from('not a journal entry'));
    const run = await latest(disk);
    expect(run.closed).toBe(false);
    expect('outcome' in run).toBe(false);
    expect(run).toMatchObject({ entries: 7, torn: expect.stringContaining(files[7]!) });
    expect(run.plans[0]?.steps).toEqual(['done', 'done', 'begun']);
    expect(stepsToUndo(run, 'C:\\Windows').map(({ plan, index }) => [plan, index])).toEqual([[0, 2]]);
  });
});

describe('undo gives back the exact state', () => {
  it.each([
    ['stale-hash', [['undone']]],
    ['lost-binding', [['undone']]],
    ['stranded-key', [['undone', 'undone', 'undone', 'undone', 'already-so']]],
  ] as const)('%s', async (fault, [expected]) => {
    const disk = labDisk({ faults: [fault] });
    const before = stateOf(disk);
    const found = ids(await diagnoseLab(machineOn(disk)));
    await fixLab(disk, machineOn(disk));
    expect(stateOf(disk)).not.toEqual(before);
    const report = await undoLatest(disk);
    expect(report.steps.map(({ outcome }) => outcome)).toEqual(expected);
    // What certutil imported stays as a key file: deleting a store entry never deletes its key.
    const keys = newMachineKeys(before, disk);
    expect(keys).toHaveLength(fault === 'stranded-key' ? 1 : 0);
    expect(without(stateOf(disk), keys)).toEqual(before);
    expect(ids(await diagnoseLab(machineOn(disk)))).toEqual(found);
  });

  it('of all three faults at once, newest first', async () => {
    const disk = labDisk({ faults: ['stranded-key', 'stale-hash', 'lost-binding'] });
    const before = stateOf(disk);
    await fixLab(disk, machineOn(disk));
    const run = await latest(disk);
    const steps = stepsToUndo(run, 'C:\\Windows');
    expect(steps.map(({ plan, index }) => [plan, index])).toEqual([
      [2, 0],
      [1, 7],
      [1, 6],
      [1, 5],
      [1, 4],
      [1, 1],
      [0, 2],
    ]);
    await undoRun(run, steps, machineOn(disk));
    expect(without(stateOf(disk), newMachineKeys(before, disk))).toEqual(before);
  });

  it('twice is harmless: nothing is left to take back, and nothing is changed', async () => {
    const disk = labDisk({ faults: ['stranded-key', 'stale-hash', 'lost-binding'] });
    await fixLab(disk, machineOn(disk));
    await undoLatest(disk);
    const state = stateOf(disk);
    const again = await latest(disk);
    expect(again.plans.flatMap(({ steps }) => steps).filter((outcome) => outcome === 'undone')).toHaveLength(7);
    const report = await undoLatest(disk);
    expect(report.steps).toEqual([]);
    expect(stateOf(disk)).toEqual(state);
  });

  it('is remembered for the right plan where an earlier one was never begun', async () => {
    const disk = labDisk({ faults: ['stale-hash', 'lost-binding'] });
    const { report } = await fixLab(disk, machineOn(disk), {
      meanwhile: () => disk.write(CONFIG_PATH, Buffer.from(`${configBytes(disk)} `, 'latin1')),
    });
    expect(report.plans.map(({ verdict }) => verdict)).toEqual(['stale', 'healed']);
    const run = await latest(disk);
    expect(run.plans.map(({ number, verdict }) => [number, verdict])).toEqual([
      [0, 'stale'],
      [1, 'healed'],
    ]);
    expect((await undoLatest(disk)).steps.map(({ outcome }) => outcome)).toEqual(['undone']);
    expect((await latest(disk)).plans.at(1)?.steps).toEqual(['undone']);
    expect(stepsToUndo(await latest(disk), 'C:\\Windows')).toEqual([]);
  });

  it('shows what it will do, word for word', async () => {
    const disk = labDisk({ faults: ['lost-binding'] });
    await fixLab(disk, machineOn(disk));
    expect(stepsToUndo(await latest(disk), 'C:\\Windows').map(({ shown }) => shown)).toEqual([
      'C:\\Windows\\System32\\netsh.exe http delete sslcert hostnameport=shop.example.test:443',
    ]);
  });
});

describe('undo is careful', () => {
  it('refuses a file that somebody wrote since, and changes nothing', async () => {
    const disk = labDisk({ faults: ['stale-hash', 'lost-binding'] });
    await fixLab(disk, machineOn(disk));
    disk.write(CONFIG_PATH, Buffer.from(`${configBytes(disk)}<!-- mine -->`, 'latin1'));
    const report = await undoLatest(disk);
    expect(report.steps.map(({ outcome, detail }) => [outcome, detail])).toEqual([
      ['undone', undefined],
      ['refused', expect.stringMatching(/somebody has changed it since the run: .*applicationHost\.config now has/)],
    ]);
    expect(configBytes(disk)).toContain('<!-- mine -->');
  });

  it('is ended between two plans by a person, never within one, and goes on from there', async () => {
    const disk = labDisk({ faults: ['stranded-key', 'stale-hash'] });
    await fixLab(disk, machineOn(disk));
    const run = await latest(disk);
    const steps = stepsToUndo(run, 'C:\\Windows');
    const stop = new AbortController();
    const tried: number[] = [];
    const how = {
      stop: stop.signal,
      tried: (count: number) => {
        tried.push(count);
        stop.abort();
      },
    };
    const report = await undoRun(run, steps, machineOn(disk), how);
    const ofFirst = steps.filter(({ plan }) => plan === steps[0]?.plan).length;
    expect(ofFirst).toBeLessThan(steps.length);
    expect(report.stopped).toBe(true);
    expect(report.steps).toHaveLength(ofFirst);
    expect(tried.at(-1)).toBe(ofFirst);
    const after = await latest(disk);
    expect(after.closed).toBe(true);
    expect(stepsToUndo(after, 'C:\\Windows')).toHaveLength(steps.length - ofFirst);
    const rest = await undoLatest(disk);
    expect(rest.stopped).toBeUndefined();
    expect(ids(await diagnoseLab(machineOn(disk)))).toHaveLength(2);
  });

  it('stops at the first step that cannot be taken back', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    await fixLab(disk, machineOn(disk));
    const left = stateOf(disk);
    tell(disk, failure('netsh', 'delete', 'fail'));
    const report = await undoLatest(disk);
    expect(report.steps.map(({ outcome }) => outcome)).toEqual(['undo-failed']);
    expect(stateOf(disk)).toEqual(left);
    expect((await latest(disk)).plans[0]?.steps.at(-1)).toBe('undo-failed');
    expect((await undoLatest(disk)).steps[0]?.outcome).toBe('undone');
  });

  it('refuses where the copy that it would put back was changed', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    await fixLab(disk, machineOn(disk));
    const healed = configBytes(disk);
    const folder = 'C:\\ProgramData\\iis-ssl-heal\\backups';
    for (const name of disk.list(folder)!.files) disk.write(`${folder}\\${name}`, Buffer.from('something else'));
    const report = await undoLatest(disk);
    expect(report.steps.map(({ outcome }) => outcome)).toEqual(['undo-failed']);
    expect(configBytes(disk)).toBe(healed);
  });

  it('has nothing to take back of a run that was rolled back', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    tell(disk, ...stubbornAdd());
    const { report } = await fixLab(disk, machineOn(disk));
    expect(report.outcome).toBe('rolled-back');
    const run = await latest(disk);
    expect(run.outcome).toBe('rolled-back');
    const state = stateOf(disk);
    expect(
      (await undoRun(run, stepsToUndo(run, 'C:\\Windows'), machineOn(disk))).steps.every(
        ({ outcome }) => outcome === 'already-so',
      ),
    ).toBe(true);
    expect(stateOf(disk)).toEqual(state);
  });

  it('takes back the entry too where the mapper has run since', async () => {
    const disk = labDisk({ faults: ['stale-hash'] });
    const was = configBytes(disk);
    await fixLab(disk, machineOn(disk));
    restart(disk);
    await undoLatest(disk);
    expect(configBytes(disk)).toBe(was);
    expect(readRecord(openLab(disk), 'ip', '0.0.0.0:443')).toBeDefined();
  });
});
