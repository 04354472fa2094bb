// How many programs a check, a fix and an undo start: on Windows each start costs 30 to 100 ms.

import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../src/lab/config/default-config.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { deleteRecord, readRecords } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Command } from '../../src/model/repair/command.ts';
import { stepsToUndo, undoRun } from '../../src/repair/executor/undo.ts';
import { byWord } from '../support/by-word.ts';
import { diagnoseLab, fixLab, labDisk, latest, machineOn } from '../support/run-lab.ts';
import { sharedKey } from '../support/small-lab.ts';

const BINDING = /^.*bindingInformation="\*:443:shop\.example\.test" sslFlags="1".*\r\n/m;

/** One site with `n` host names, all in one certificate, and without a record for any of them. */
function lost(n: number): MemoryDisk {
  const config = defaultConfig()
    .toString('utf8')
    .replace(BINDING, (line) => Array.from({ length: n }, (_none, at) => line.replace('shop', `shop${at}`)).join(''));
  const disk = labDisk({ config: Buffer.from(config), keyPool: () => sharedKey() });
  const server = openLab(disk);
  for (const { table, endpoint } of readRecords(server)) if (table === 'sni') deleteRecord(server, table, endpoint);
  server.save();
  return disk;
}

/** The machine, and what it was asked to start since the last time somebody asked. */
function counted(disk: MemoryDisk): { readonly machine: Machine; taken(): readonly string[] } {
  const plain = byWord(machineOn(disk), disk);
  let starts: string[] = [];
  const taken = () => {
    const all = starts;
    starts = [];
    return all;
  };
  const machine: Machine = {
    ...plain,
    run: (command, secrets) => {
      starts.push(purpose(command));
      return plain.run(command, secrets);
    },
  };
  return { machine, taken };
}

/** The program and what it is asked for, without names that are drawn anew each time. */
const purpose = ({ program, args }: Command): string =>
  [program, ...args.filter((each) => typeof each === 'string').slice(0, 2)].join(' ').replace(/\.new-[\w-]+/, '.new');

function byPurpose(starts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const each of starts) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].map(([each, count]) => `${String(count).padStart(6)} ${each}`).join('\n');
}

/** What a look at everything starts: as many whatever lies there, since each is asked for all that it can tell. */
const LOOK = 29;

/** What making our own folder starts, proved and closed, the first time that something is changed here. */
const FOLDER = 10;

it('a look at 200 lost records starts no more programs than one at a single one', async () => {
  for (const n of [1, 200]) {
    const { machine, taken } = counted(lost(n));
    await diagnoseLab(machine);
    expect(taken().length).toBe(LOOK);
  }
});

// 200 grow alike (639 and 600 on 2026-11-28) and take the lab a minute.
describe.each([1, 25])('with %i lost records', (n) => {
  it('no program is started for what is known at that moment', { timeout: 300_000 }, async () => {
    const disk = lost(n);
    const { machine, taken } = counted(disk);
    const seen = await diagnoseLab(machine);
    const check = taken();
    const { report } = await fixLab(disk, machine, { seen });
    expect(report.outcome).toBe('healed');
    const fix = taken();
    const run = await latest(disk);
    const undone = await undoRun(run, stepsToUndo(run, machine.systemRoot), machine);
    expect(undone.steps.map(({ outcome }) => outcome)).toEqual(Array.from({ length: n }, () => 'undone'));
    const undo = taken();
    console.log(`${n} lost records: check ${check.length}, fix ${fix.length}, undo ${undo.length}\n${byPurpose(fix)}`);
    expect(check.length).toBeLessThanOrEqual(LOOK);
    // Each record: one look just before it is added, the program that adds it, one look behind that; and all of it is looked at.
    expect(fix.length).toBeLessThanOrEqual(3 * n + FOLDER + LOOK);
    expect(undo.length).toBeLessThanOrEqual(3 * n);
  });
});
