// The journal's own care: nothing is written over, and nothing foreign is read.

import { describe, expect, it } from 'vitest';
import { prepareDataFolder } from '../../../src/ground/prepare-data-folder.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import type { ListResult, Machine } from '../../../src/machine/machine.ts';
import { continueJournal, JournalError, openJournal, silentJournal } from '../../../src/repair/journal/journal.ts';
import { fromRuns, listRuns, readRun } from '../../../src/repair/journal/read-journal.ts';
import { unfinishedRuns } from '../../../src/repair/journal/unfinished-runs.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';

const DATA = 'C:\\ProgramData\\iis-ssl-heal';
const AT = '2026-03-02T09:00:00.000Z';
const OLGA = { sid: 'S-1-5-21-1-2-3-1001', name: 'WEB01\\olga', elevated: true };

async function started(disk: MemoryDisk = labDisk()) {
  const machine = machineOn(disk);
  await prepareDataFolder(machine);
  const journal = await openJournal(machine, OLGA, '1.2.3');
  return { disk, machine, journal, folder: `${DATA}\\runs\\${journal.id}` };
}

const listing = (machine: Machine, result: ListResult): Machine => ({ ...machine, list: async () => result });

describe('writing', () => {
  it('never writes over an entry, and says which one could not be written', async () => {
    const { machine, journal } = await started();
    const again = await continueJournal(machine, { id: journal.id, entries: 0 });
    await expect(again.write({ kind: 'closed', at: AT, outcome: 'healed' })).resolves.toBeUndefined();
    const twice = await continueJournal(machine, { id: journal.id, entries: 0 });
    await expect(twice.write({ kind: 'closed', at: AT, outcome: 'healed' })).rejects.toThrow(JournalError);
    // Half an entry may lie there: what came after it would make the journal unreadable.
    await expect(twice.write({ kind: 'plan-end', plan: 0, verdict: 'healed' })).rejects.toThrow(JournalError);
  });

  it('can be silent, where the disk takes nothing more', async () => {
    const journal = silentJournal('0001-x');
    expect(journal.id).toBe('0001-x');
    await expect(journal.write({ kind: 'closed', at: '', outcome: 'healed' })).resolves.toBeUndefined();
  });
});

describe('the number of a run', () => {
  it('is one more than the highest, whatever else lies there', async () => {
    const { disk, machine } = await started();
    disk.makeFolder(`${DATA}\\runs\\0041-20200101T000000Z`);
    disk.makeFolder(`${DATA}\\runs\\notes`);
    expect((await openJournal(machine, OLGA, '')).id).toMatch(/^0042-/);
  });

  it('is the first where the folder cannot be listed', async () => {
    const { machine } = await started(labDisk());
    const blind = listing(machine, { result: 'failed', detail: 'no' });
    await expect(openJournal(blind, OLGA, '')).rejects.toThrow(JournalError);
  });
});

describe('reading', () => {
  it('lists runs in order, whatever the order of the folder', async () => {
    const machine = listing(machineOn(labDisk()), { result: 'ok', files: [], folders: ['0002-b', '0001-a'] });
    expect(await listRuns(machine)).toEqual(['0001-a', '0002-b']);
    expect(await listRuns(listing(machine, { result: 'failed', detail: '' }))).toEqual([]);
  });

  it('passes over files that are not entries, and entries that were cut off', async () => {
    const { disk, machine, journal, folder } = await started();
    for (const name of ['x0001-closed.json', '0001-closed.json.bak']) {
      disk.write(`${folder}\\${name}`, Buffer.from('{"kind":"closed","exitCode":0}'));
    }
    disk.write(`${folder}\\0001-closed.json`, Buffer.from('{"kind":"clo'));
    const run = await readRun(machine, journal.id);
    expect(run).toMatchObject({
      id: journal.id,
      closed: false,
      plans: [],
      entries: 1,
      torn: `${folder}\\0001-closed.json`,
    });
    expect(run).not.toHaveProperty('outcome');
  });

  it('takes entries by their number, whatever the order of the folder', async () => {
    const { machine, journal } = await started();
    const more = await continueJournal(machine, { id: journal.id, entries: 1 });
    await more.write({ kind: 'closed', at: AT, outcome: 'rolled-back' });
    const backwards: Machine = {
      ...machine,
      list: async (path) => {
        const list = await machine.list(path);
        return list.result === 'ok' ? { ...list, files: [...list.files].reverse() } : list;
      },
    };
    expect(await readRun(backwards, journal.id)).toMatchObject({ closed: true, outcome: 'rolled-back', entries: 2 });
  });
});

describe('the journals of years', () => {
  async function closed(runs: number) {
    const { machine } = await started(labDisk());
    for (let run = 0; run < runs; run += 1) {
      const journal = await openJournal(machine, OLGA, '1.2.3');
      await journal.write({ kind: 'closed', at: AT, outcome: 'healed' });
    }
    return { machine, ids: (await listRuns(machine)).slice(1) };
  }

  it('are read a few at a time, in their order', async () => {
    const { machine, ids } = await closed(40);
    let [reading, most] = [0, 0];
    const read: Machine['read'] = async (path, limit) => {
      reading += 1;
      most = Math.max(most, reading);
      await new Promise(setImmediate);
      reading -= 1;
      return machine.read(path, limit);
    };
    expect(await fromRuns({ ...machine, read }, ids, ({ id }) => id)).toEqual(ids);
    expect(most).toBe(8);
  });

  it('cost the look for what is unfinished one list and one file each', async () => {
    const looks = async (runs: number) => {
      const { machine } = await closed(runs);
      let looked = 0;
      const counted = <Asked extends readonly unknown[], Answer>(ask: (...asked: Asked) => Answer) => {
        return (...asked: Asked) => {
          looked += 1;
          return ask(...asked);
        };
      };
      await unfinishedRuns({ ...machine, list: counted(machine.list), read: counted(machine.read) });
      return looked;
    };
    expect((await looks(30)) - (await looks(20))).toBe(20);
  });
});
