// What a run that was cut off has left, by value: journals written by hand over files of a lab.

import { describe, expect, it } from 'vitest';
import { digest } from '../../../src/chain/memory/fingerprint.ts';
import { prepareDataFolder } from '../../../src/ground/prepare-data-folder.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import type { Plan, Step } from '../../../src/model/repair/plan.ts';
import type { JournalEntry } from '../../../src/model/run/journal.ts';
import type { StepOutcome } from '../../../src/model/run/outcome.ts';
import { recover } from '../../../src/repair/executor/recover.ts';
import { openJournal } from '../../../src/repair/journal/journal.ts';
import { readRun } from '../../../src/repair/journal/read-journal.ts';
import { unfinishedRuns } from '../../../src/repair/journal/unfinished-runs.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';

const OLGA = { sid: 'S-1-5-21-1-2-3-1001', name: 'WEB01\\olga', elevated: true };
const sha = digest('old');
const WORK = 'C:\\ProgramData\\iis-ssl-heal\\work';

/** A file where a plan of ours may have one. */
const transfer = (name: string): string => `${WORK}\\${name}.pfx`;

const write = (to: string, undo?: Step['undo']): Step => ({
  title: `write ${to}`,
  do: {
    kind: 'write-pfx',
    source: 'C:\\from.pfx',
    to,
    password: { secret: 'transfer password' },
    thumbprint: 'A'.repeat(40),
  },
  undo: undo ?? { do: { kind: 'remove-file', path: to }, holds: { kind: 'file-absent', path: to } },
  holds: { kind: 'file-is', path: to, sha256: sha },
});

const planOf = (steps: readonly Step[], cleanup: Plan['cleanup'] = []): Plan => ({
  finding: {
    playbook: 'lost-binding',
    id: 'x',
    subject: 'x',
    severity: 'broken',
    message: 'x',
    facts: [],
    endpoints: [],
  },
  covers: ['x'],
  title: 'a plan',
  risk: 'safe',
  steps,
  cleanup,
  before: {},
  effects: [],
  endpoints: [],
  after: [],
});

const plan = (number: number, content: Plan): JournalEntry => ({ kind: 'plan', plan: number, content });
const begin = (plan: number, step: number): JournalEntry => ({ kind: 'begin', plan, step, shown: '', undo: '' });
const end = (plan: number, step: number, outcome: StepOutcome = 'done'): JournalEntry => ({
  kind: 'end',
  plan,
  step,
  outcome,
});
const done = (number: number, step: number) => [begin(number, step), end(number, step)];

/** A run with these entries, and every file that it could have copied there. */
async function cutOff(entries: readonly JournalEntry[], files: readonly string[]) {
  const disk = labDisk();
  const machine = machineOn(disk);
  await prepareDataFolder(machine);
  disk.makeFolder(WORK);
  for (const path of files) disk.write(path, Buffer.from('old'));
  const journal = await openJournal(machine, OLGA, '1');
  for (const entry of entries) await journal.write(entry);
  return { disk, machine, id: journal.id };
}

async function recovered(machine: Machine) {
  const runs = await unfinishedRuns(machine);
  const whole: boolean[] = [];
  for (const run of runs) whole.push((await recover(run, machine)) !== 'half-done');
  expect((await unfinishedRuns(machine)).map(({ id }) => id)).toEqual(
    whole.includes(false) ? runs.map(({ id }) => id) : [],
  );
  return whole;
}

const left = (disk: MemoryDisk, ...paths: readonly string[]) => paths.filter((path) => disk.read(path) !== undefined);

/** What the recovery wrote into the journal, in its order. */
function written(disk: MemoryDisk, id: string, after: number): readonly JournalEntry[] {
  const folder = `C:\\ProgramData\\iis-ssl-heal\\runs\\${id}`;
  const names = [...(disk.list(folder)?.files ?? [])].sort().slice(after);
  return names.map((name) => JSON.parse(disk.read(`${folder}\\${name}`)?.toString('utf8') ?? '') as JournalEntry);
}

describe('a run that was cut off', () => {
  it('is taken back: what was done and what was begun, the newest first, and nothing that was not reached', async () => {
    const content = planOf([write(transfer('a')), write(transfer('b')), write(transfer('c'))]);
    const entries = [plan(0, content), ...done(0, 0), begin(0, 1)];
    const { disk, machine, id } = await cutOff(entries, [transfer('a'), transfer('b'), transfer('c')]);
    expect(await recovered(machine)).toEqual([true]);
    expect(left(disk, transfer('a'), transfer('b'), transfer('c'))).toEqual([transfer('c')]);
    expect(
      written(disk, id, entries.length + 1).map((each) =>
        each.kind === 'undo-end' ? `undone ${each.step}` : each.kind === 'plan-end' ? each.verdict : each.kind,
      ),
    ).toEqual(['undo-begin', 'undone 1', 'undo-begin', 'undone 0', 'rolled-back', 'closed']);
    expect(await readRun(machine, id)).toMatchObject({ closed: true, outcome: 'rolled-back' });
  });

  it('keeps what was there before it, and what was taken back already', async () => {
    const entries = [
      plan(0, planOf([write(transfer('a')), write(transfer('b'))])),
      ...[begin(0, 0), end(0, 0, 'already-so')],
      ...done(0, 1),
      { kind: 'undo-begin', plan: 0, step: 1, shown: '' } as const,
      { kind: 'undo-end', plan: 0, step: 1, outcome: 'undone' } as const,
    ];
    const { disk, machine } = await cutOff(entries, [transfer('a'), transfer('b')]);
    expect(await recovered(machine)).toEqual([true]);
    expect(left(disk, transfer('a'), transfer('b'))).toEqual([transfer('a'), transfer('b')]);
  });

  it('keeps the plans that had ended, and takes back the others, the last one first', async () => {
    const entries = [
      plan(0, planOf([write(transfer('a'))])),
      ...done(0, 0),
      { kind: 'plan-end', plan: 0, verdict: 'healed' } as const,
      plan(1, planOf([write(transfer('b'))])),
      ...done(1, 0),
      plan(2, planOf([write(transfer('c'))])),
      begin(2, 0),
    ];
    const { disk, machine, id } = await cutOff(entries, [transfer('a'), transfer('b'), transfer('c')]);
    expect(await recovered(machine)).toEqual([true]);
    expect(left(disk, transfer('a'), transfer('b'), transfer('c'))).toEqual([transfer('a')]);
    const ends = written(disk, id, entries.length + 1).flatMap((each) => (each.kind === 'plan-end' ? each.plan : []));
    expect(ends).toEqual([2, 1]);
  });

  it('is cleaned up after, also where nothing had to be taken back', async () => {
    const entries = [plan(0, planOf([write(transfer('a'))], [{ kind: 'remove-file', path: transfer('transfer') }]))];
    const { disk, machine } = await cutOff(entries, [transfer('a'), transfer('transfer')]);
    expect(await recovered(machine)).toEqual([true]);
    expect(left(disk, transfer('a'), transfer('transfer'))).toEqual([transfer('a')]);
  });

  it('goes on where an undo was cut off, or had failed', async () => {
    for (const more of [
      [{ kind: 'undo-begin', plan: 0, step: 0, shown: '' }],
      [
        { kind: 'undo-begin', plan: 0, step: 0, shown: '' },
        { kind: 'undo-end', plan: 0, step: 0, outcome: 'undo-failed' },
      ],
    ] satisfies JournalEntry[][]) {
      const { disk, machine } = await cutOff(
        [plan(0, planOf([write(transfer('a'))])), ...done(0, 0), ...more],
        [transfer('a')],
      );
      expect(await recovered(machine)).toEqual([true]);
      expect(left(disk, transfer('a'))).toEqual([]);
    }
  });

  it('is half done where something cannot be taken back, and the rest is taken back all the same', async () => {
    const content = planOf([write(transfer('a')), write(transfer('b'), { impossible: 'nobody knows how' })]);
    const entries = [
      plan(0, planOf([write(transfer('z'), { impossible: 'nobody knows how' })])),
      ...done(0, 0),
      plan(1, planOf([write(transfer('y'))])),
      ...done(1, 0),
      plan(2, content),
      ...done(2, 0),
      begin(2, 1),
      end(2, 1, 'failed'),
    ];
    const { disk, machine, id } = await cutOff(entries, [transfer('a'), transfer('b'), transfer('y'), transfer('z')]);
    expect(await recovered(machine)).toEqual([false]);
    expect(left(disk, transfer('a'), transfer('b'), transfer('y'), transfer('z'))).toEqual([
      transfer('b'),
      transfer('z'),
    ]);
    const verdicts = written(disk, id, entries.length + 1).flatMap((each) =>
      each.kind === 'plan-end' ? each.verdict : [],
    );
    expect(verdicts).toEqual(['half-done', 'rolled-back', 'half-done']);
    expect(await readRun(machine, id)).toMatchObject({ closed: true, outcome: 'half-done' });
  });

  it('is found among those that were not, and one of which nothing can be read is passed over', async () => {
    const { disk, machine, id } = await cutOff([plan(0, planOf([write(transfer('a'))])), begin(0, 0)], [transfer('a')]);
    const whole = await openJournal(machine, OLGA, '1');
    await whole.write({ kind: 'closed', at: '2026-01-10T08:00:00.000Z', outcome: 'healed' });
    disk.makeFolder('C:\\ProgramData\\iis-ssl-heal\\runs\\0009-x');
    disk.write('C:\\ProgramData\\iis-ssl-heal\\runs\\0009-x\\0000-run.json', Buffer.from('{"kind":'));
    expect((await unfinishedRuns(machine)).map((run) => run.id)).toEqual([id]);
  });
});
