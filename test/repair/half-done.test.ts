// A run that could not be taken back whole: what it needs for that lies on the disk, it is tried again, and it is never hidden.

import { describe, expect, it } from 'vitest';
import { finishEarlierRuns, orHalfDone } from '../../src/commands/change/unfinished.ts';
import { leftRuns, withLeftRuns } from '../../src/commands/look/left-runs.ts';
import type { Streams } from '../../src/commands/streams.ts';
import { storeEntryRegFile } from '../../src/formats/registry/reg-writing.ts';
import { prepareDataFolder } from '../../src/ground/prepare-data-folder.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { JournalEntry } from '../../src/model/run/journal.ts';
import { changeServer, type Told } from '../../src/repair/change/change.ts';
import { stepsToUndo, undoRun } from '../../src/repair/executor/undo.ts';
import { continueJournal, openJournal } from '../../src/repair/journal/journal.ts';
import { lastHeal, listRuns, readRun } from '../../src/repair/journal/read-journal.ts';
import { type Cut, noted } from '../support/mortal.ts';
import {
  diagnoseLab,
  failure,
  fixLab,
  ids,
  labDisk,
  latest,
  machineOn,
  newMachineKeys,
  stateOf,
  stubbornAdd,
  tell,
} from '../support/run-lab.ts';
import { STOPPING } from '../support/stopping.ts';

const OLGA = { sid: 'S-1-5-21-1-2-3-1001', name: 'WEB01\\olga', elevated: true };
const RUNS = 'C:\\ProgramData\\iis-ssl-heal\\runs';

async function change(machine: Machine) {
  const heard: Told[] = [];
  const changed = await changeServer(
    machine,
    OLGA,
    (each) => heard.push(each),
    async () => 'changed',
  );
  return { changed, heard };
}

const withoutKeys = (disk: MemoryDisk, before: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(stateOf(disk)).filter(([path]) => !newMachineKeys(before, disk).includes(path)));

/** No byte more is written from the moment on that the store entry is deleted, until `room` is made. */
function fullFromDeletion(machine: Machine): { machine: Machine; room: () => void } {
  let full = false;
  return {
    room: () => {
      full = false;
    },
    machine: {
      ...machine,
      run: async (command, secrets) => {
        const ran = await machine.run(command, secrets);
        if (command.args[0] === '-delstore') full = true;
        return ran;
      },
      write: async (path, bytes, options) =>
        full ? { result: 'full', detail: 'the disk is full' } : machine.write(path, bytes, options),
    },
  };
}

describe('a disk that is full from the deletion of the store entry on', () => {
  it('takes nothing more to be taken back: the store entry lies there already', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const before = stateOf(disk);
    const { machine } = fullFromDeletion(machineOn(disk));
    const { report } = await fixLab(disk, machine);
    expect(report.outcome).toBe('rolled-back');
    expect(withoutKeys(disk, before)).toEqual(before);
    // The journal could not say so: the next one finds it so, and closes it.
    expect((await change(machineOn(disk))).heard).toMatchObject([{ whole: true }]);
    expect((await fixLab(disk, machineOn(disk))).report.outcome).toBe('healed');
  });
});

/** A run that fails, and whose entry cannot be put back: reg import is told to fail. */
async function halfDone(): Promise<MemoryDisk> {
  const disk = labDisk({ faults: ['stranded-key'] });
  tell(disk, ...stubbornAdd(), failure('reg', 'import', 'fail', 1, 1));
  const { report } = await fixLab(disk, machineOn(disk));
  expect(report.outcome).toBe('half-done');
  return disk;
}

function streams(): { streams: Streams; said: string[] } {
  const said: string[] = [];
  return { said, streams: { err: (text: string) => said.push(text) } as unknown as Streams };
}

describe('a run that was left half done', () => {
  it('is named by a check, which ends with 1 whatever it saw', async () => {
    const disk = await halfDone();
    const { said, streams: to } = streams();
    expect(await withLeftRuns('nothing-to-do', machineOn(disk), to)).toBe('faults-remain');
    expect(said).toEqual([
      `Run ${(await listRuns(machineOn(disk)))[0]} was left half done: fix or undo takes it back first.\n`,
    ]);
    await change(machineOn(disk));
    expect(await withLeftRuns('nothing-to-do', machineOn(disk), to)).toBe('nothing-to-do');
  });

  it('is taken back by the next fix, which then heals', async () => {
    const disk = await halfDone();
    const { changed, heard } = await change(machineOn(disk));
    expect(heard).toMatchObject([{ whole: true }]);
    expect(changed).not.toHaveProperty('left');
    expect(await latest(disk)).toMatchObject({ outcome: 'rolled-back', plans: [{ verdict: 'rolled-back' }] });
    expect(ids(await diagnoseLab(machineOn(disk)))).toEqual([expect.stringMatching(/^stranded-key:/)]);
    expect((await fixLab(disk, machineOn(disk))).report.outcome).toBe('healed');
    expect(await leftRuns(machineOn(disk))).toEqual([]);
  });

  it('that cannot be taken back yet stays, and says so to whoever asks for the exit code', async () => {
    const disk = await halfDone();
    tell(disk, failure('reg', 'import', 'fail', 1, 1));
    const { changed, heard } = await change(machineOn(disk));
    expect(heard).toMatchObject([{ whole: false }]);
    expect(changed).toMatchObject({ ok: true, left: true });
    expect(await leftRuns(machineOn(disk))).toHaveLength(1);
    tell(disk, failure('reg', 'import', 'fail', 1, 1));
    const left = await finishEarlierRuns(machineOn(disk), streams().streams, STOPPING);
    for (const outcome of ['healed', 'faults-remain', 'refused'] as const)
      expect(orHalfDone(outcome, left)).toBe('half-done');
    expect((await change(machineOn(disk))).changed).not.toHaveProperty('left');
  });

  it('or cannot even say so, since the disk is full, ends with 6 and is named', async () => {
    const disk = await halfDone();
    const machine = machineOn(disk);
    const write: Machine['write'] = async (path, ...rest) =>
      path.startsWith(RUNS) ? { result: 'full', detail: 'the disk is full' } : machine.write(path, ...rest);
    const { changed } = await change({ ...machine, write });
    const why = /^run 0001-\S+ was cut off, and cannot be taken back yet: the journal .* the disk is full$/;
    expect(changed).toMatchObject({
      ok: false,
      error: { outcome: 'half-done', unfinished: true, why: expect.stringMatching(why) },
    });
    expect(await leftRuns(machine)).toHaveLength(1);
    expect((await change(machine)).heard).toMatchObject([{ whole: true }]);
  });

  it('and that somebody has seen to since is theirs: nothing of it is touched, and it is not named any more', async () => {
    const disk = await halfDone();
    const run = await latest(disk);
    const [step] = stepsToUndo(run, 'C:\\Windows');
    if (step?.undo.do.kind !== 'restore-store-entry') throw new Error('the entry was put back');
    // Somebody has imported the certificate again, with a friendly name (property 11).
    const { store, thumbprint, blob } = step.undo.do;
    const named = Buffer.from('0b000000010000000400000078000000', 'hex');
    const file = 'C:\\Users\\karl.reg';
    disk.makeFolder('C:\\Users');
    disk.write(
      file,
      Buffer.from(storeEntryRegFile(store, thumbprint, Buffer.concat([named, Buffer.from(blob, 'base64')]))),
    );
    await machineOn(disk).run({ program: 'reg', args: ['import', file] });
    const state = stateOf(disk);
    await change(machineOn(disk));
    expect(stateOf(disk)).toEqual(state);
    expect(await leftRuns(machineOn(disk))).toEqual([]);
  });
});

describe('a crash after the last plan had ended', () => {
  it('leaves a run that is closed as what it was: healed, and nothing is taken back', async () => {
    const disk = labDisk({ faults: ['lost-binding'] });
    await fixLab(disk, machineOn(disk));
    const { id } = await latest(disk);
    const closed = disk.list(`${RUNS}\\${id}`)!.files.find((name) => name.endsWith('-closed.json'));
    disk.remove(`${RUNS}\\${id}\\${closed}`);
    const state = stateOf(disk);
    expect((await change(machineOn(disk))).heard).toEqual([{ id, whole: true, healed: true }]);
    expect(stateOf(disk)).toEqual(state);
    expect(await latest(disk)).toMatchObject({ closed: true, outcome: 'healed' });
    expect(await lastHeal(machineOn(disk))).toBe('2026-03-02T09:00:00.000Z');
  });
});

describe('numbers of any width', () => {
  const shown = { kind: 'undo-begin', plan: 0, step: 0, shown: 'x' } as const;

  /** The machine, whose folder of the run holds entries up to that number without being written one by one. */
  it('a journal of more than 9,999 entries goes on where it ended', async () => {
    const machine = machineOn(labDisk());
    await prepareDataFolder(machine);
    const { id } = await openJournal(machine, OLGA, '1');
    const files = new Map<string, Buffer>();
    const many: Machine = {
      ...machine,
      list: async () => ({
        result: 'ok',
        folders: [],
        files: [...files.keys()].map((path) => path.split('\\').at(-1) ?? '').sort(),
      }),
      read: async (path) => ({ result: 'ok', bytes: files.get(path) ?? Buffer.alloc(0) }),
      write: async (path, bytes) => {
        files.set(path, Buffer.from(bytes));
        return { result: 'ok' };
      },
    };
    const head: JournalEntry = {
      kind: 'run',
      formatVersion: 2,
      id,
      startedAt: '2026-03-02T09:00:00.000Z',
      identity: OLGA,
      version: '1',
    };
    const journal = await continueJournal(many, { id, entries: 0 });
    for (const entry of [head, ...Array<JournalEntry>(10_050).fill(shown)]) await journal.write(entry);
    const run = await readRun(many, id);
    expect(run).toMatchObject({ entries: 10_051, closed: false });
    expect(run).not.toHaveProperty('damage');
    await (await continueJournal(many, run!)).write({
      kind: 'closed',
      at: '2026-03-02T09:00:00.000Z',
      outcome: 'healed',
    });
    expect(await readRun(many, id)).toMatchObject({ entries: 10_052, closed: true, outcome: 'healed' });
  });

  it('runs beyond 9,999 are listed in their order, and the next one comes after all of them', async () => {
    const machine = machineOn(labDisk());
    await prepareDataFolder(machine);
    for (const number of ['9999', '10000', '10001', '0007', '123456789'])
      await machine.makeFolder(`${RUNS}\\${number}-x`);
    expect((await listRuns(machine)).map((id) => Number.parseInt(id, 10))).toEqual([7, 9999, 10000, 10001, 123456789]);
    expect((await openJournal(machine, OLGA, '1')).id).toMatch(/^123456790-/);
  });
});

describe('whatever is cut off', () => {
  /** Does it on a copy of a disk, and goes on from what a cut at each act would leave. */
  async function cutEverywhere(
    start: MemoryDisk,
    cut: Cut,
    act: (machine: Machine, disk: MemoryDisk) => Promise<unknown>,
    then: (disk: MemoryDisk, at: number) => Promise<void>,
  ): Promise<void> {
    const whole = start.clone();
    const dead: MemoryDisk[] = [];
    await act(
      noted(whole, machineOn, cut, (left) => dead.push(left)),
      whole,
    );
    expect(dead.length).toBeGreaterThan(5);
    for (const [at, disk] of dead.entries()) await then(disk, at);
  }

  /** 17763 knows no update of an SSL record: it is deleted and added. 20348 finds nothing to delete or add behind one. */
  const builds = [17763, 20348];

  it.each(builds.flatMap((osBuild) => (['before', 'torn'] as const).map((cut) => [osBuild, cut] as const)))(
    'an undo is finished by the next change, and the server healed by a fix: %i, %s',
    async (osBuild, cut) => {
      const broken = labDisk({ faults: ['stranded-key', 'lost-binding'], osBuild });
      const start = broken.clone();
      await fixLab(start, machineOn(start));
      const run = await latest(start);
      const undo = (machine: Machine) =>
        changeServer(
          machine,
          OLGA,
          () => {},
          () => undoRun(run, stepsToUndo(run, 'C:\\Windows'), machine),
        );
      await cutEverywhere(start, cut, undo, async (disk, at) => {
        expect((await change(machineOn(disk))).heard, `cut at ${at}`).not.toContainEqual({ whole: false });
        const now = await latest(disk);
        expect(now.closed, `cut at ${at}`).toBe(true);
        // Of a plan either all can be taken back or nothing any more.
        for (const [index, plan] of now.plans.entries()) {
          const left = stepsToUndo({ ...now, plans: [plan] }, 'C:\\Windows').length;
          const all = stepsToUndo({ ...run, plans: run.plans.slice(index, index + 1) }, 'C:\\Windows').length;
          expect([0, all], `cut at ${at}`).toContain(left);
        }
        const { report } = await fixLab(disk, machineOn(disk));
        expect({ at, outcome: report.outcome }).toEqual({ at, outcome: 'healed' });
      });
    },
  );

  it.each(builds)('a fix is taken back whole, or was done whole: %i', async (osBuild) => {
    await cutEverywhere(
      labDisk({ faults: ['stranded-key'], osBuild }),
      'before',
      (machine, disk) => fixLab(disk, machine),
      async (disk, at) => {
        for (const each of (await change(machineOn(disk))).heard)
          expect({ at, ...each }).toMatchObject({ at, whole: true });
      },
    );
  });
});
