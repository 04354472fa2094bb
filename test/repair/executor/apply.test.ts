// The executor by value: plans made by hand over files of a lab, every event, every journal entry, every verdict.

import { describe, expect, it } from 'vitest';
import { digest, fingerprint } from '../../../src/chain/memory/fingerprint.ts';
import { prepareDataFolder } from '../../../src/ground/prepare-data-folder.ts';
import { HELD_LIST } from '../../../src/lab/disk/held-files.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import type { Action, Plan, Step } from '../../../src/model/repair/plan.ts';
import type { JournalEntry } from '../../../src/model/run/journal.ts';
import type { ApplyEvent } from '../../../src/model/run/run-report.ts';
import { applyPlan } from '../../../src/repair/executor/apply.ts';
import type { ApplyContext } from '../../../src/repair/executor/apply-step.ts';
import { type Journal, JournalError, silentJournal } from '../../../src/repair/journal/journal.ts';
import { evidence } from '../../support/evidence-folder.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';

const FROM = 'C:\\from.txt';
const sha = digest('<old/>');

/** Copies a file; its undo removes the copy. */
const copy = (to: string, changes: Partial<Step> = {}): Step => ({
  title: `copy to ${to}`,
  do: { kind: 'copy-file', from: FROM, to, sha256: sha },
  undo: { do: { kind: 'remove-file', path: to }, holds: { kind: 'file-absent', path: to } },
  holds: { kind: 'file-is', path: to, sha256: sha },
  ...changes,
});
const command = { program: 'certutil', args: ['-store', 'MY', 'F'.repeat(40)] } as const;
const failing = (changes: Partial<Step> = {}): Step => ({
  title: 'ask for what is not there',
  do: { kind: 'run', command },
  undo: 'none',
  holds: { kind: 'action-succeeds' },
  ...changes,
});
const SHOWN = `C:\\Windows\\System32\\certutil.exe -store MY ${'F'.repeat(40)}`;
const DETAIL = 'certutil ended with 0x80090011';

const planOf = (steps: readonly Step[], changes: Partial<Plan> = {}): Plan => ({
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
  cleanup: [],
  before: {},
  effects: [],
  endpoints: [],
  after: [],
  ...changes,
});

async function applied(
  plan: Plan,
  how: { disk?: MemoryDisk; stop?: AbortSignal; journal?: (journal: Journal) => Journal } = {},
) {
  const disk = how.disk ?? labDisk();
  disk.write(FROM, Buffer.from('<old/>'));
  const machine = machineOn(disk);
  await prepareDataFolder(machine);
  // Its plans reach where no plan of ours may: a journal on the disk would not take them.
  const real = silentJournal('0001-x');
  const entries: JournalEntry[] = [];
  const watched: Journal = {
    id: real.id,
    async write(entry) {
      await (how.journal?.(real) ?? real).write(entry);
      entries.push(entry);
    },
  };
  const events: ApplyEvent[] = [];
  const context: ApplyContext = {
    machine,
    secrets: new Map(),
    journal: watched,
    tell: (event) => events.push(event),
    stop: how.stop ?? new AbortController().signal,
  };
  const report = await applyPlan(plan, 3, context);
  return { disk, report, events, entries, outcomes: report.steps.map(({ outcome }) => outcome) };
}

describe('a plan that goes well', () => {
  const plan = planOf([
    copy('C:\\a.txt'),
    copy('C:\\b.txt', { undo: 'none' }),
    copy('C:\\c.txt', { undo: { impossible: 'never' } }),
  ]);

  it('is told and journalled step by step, each with its undo, and ends healed', async () => {
    const { report, events, entries } = await applied(plan);
    expect(report).toEqual({ plan, steps: plan.steps.map((step) => ({ step, outcome: 'done' })), verdict: 'healed' });
    const steps = [0, 1, 2].flatMap((index) => [
      { kind: 'step-begin', index },
      { kind: 'step-end', index, outcome: 'done' },
    ]);
    expect(events).toEqual([{ kind: 'plan', plan }, ...steps, { kind: 'plan-end' }]);
    const undo = ['remove C:\\a.txt', '', 'never'];
    const shown = (to: string) => `copy ${FROM} to ${to} (sha256 ${sha.slice(0, 12)})`;
    expect(entries).toEqual([
      { kind: 'plan', plan: 3, content: plan },
      ...['C:\\a.txt', 'C:\\b.txt', 'C:\\c.txt'].flatMap((to, step) => [
        { kind: 'begin', plan: 3, step, shown: shown(to), undo: undo[step] },
        { kind: 'end', plan: 3, step, outcome: 'done' },
      ]),
      { kind: 'plan-end', plan: 3, verdict: 'healed' },
    ]);
  });

  it('leaves a step that is so already alone, and what there is no need of', async () => {
    const disk = labDisk();
    disk.write('C:\\a.txt', Buffer.from('<old/>'));
    const needless = copy('C:\\b.txt', { unless: { kind: 'file-present', path: 'C:\\a.txt' } });
    const result = await applied(planOf([copy('C:\\a.txt'), needless, copy('C:\\a.txt', { always: true })]), { disk });
    expect(result.outcomes).toEqual(['already-so', 'already-so', 'done']);
    // Only the last one is begun: what was there before is not taken back, wherever the run is cut off.
    expect(result.entries.flatMap((entry) => (entry.kind === 'begin' ? [entry.step] : []))).toEqual([2]);
    expect(disk.read('C:\\b.txt')).toBeUndefined();
  });
});

describe('a plan that fails', () => {
  it('is taken back, newest first, and says why', async () => {
    const { disk, report, events, entries, outcomes } = await applied(
      planOf([copy('C:\\a.txt'), failing(), copy('C:\\b.txt')]),
    );
    expect(report).toMatchObject({ verdict: 'rolled-back', detail: DETAIL });
    expect(report).not.toHaveProperty('blocked');
    expect(outcomes).toEqual(['undone', 'failed', 'not-reached']);
    expect(disk.read('C:\\a.txt')).toBeUndefined();
    expect(events.at(-2)).toEqual({ kind: 'step-end', index: 1, outcome: 'failed', detail: DETAIL });
    expect(entries.slice(3)).toEqual([
      { kind: 'begin', plan: 3, step: 1, shown: SHOWN, undo: '' },
      { kind: 'end', plan: 3, step: 1, outcome: 'failed', detail: DETAIL },
      { kind: 'undo-begin', plan: 3, step: 0, shown: 'remove C:\\a.txt' },
      { kind: 'undo-end', plan: 3, step: 0, outcome: 'undone' },
      { kind: 'plan-end', plan: 3, verdict: 'rolled-back' },
    ]);
  });

  it('does not take back what was so before', async () => {
    const disk = labDisk();
    disk.write('C:\\a.txt', Buffer.from('<old/>'));
    const { outcomes } = await applied(planOf([copy('C:\\a.txt'), failing()]), { disk });
    expect(outcomes).toEqual(['already-so', 'failed']);
    expect(disk.read('C:\\a.txt')?.toString()).toBe('<old/>');
  });

  it('is half done where a step cannot be taken back', async () => {
    const impossible = copy('C:\\a.txt', { undo: { impossible: 'nobody can' } });
    const { report, outcomes } = await applied(planOf([impossible, failing()]));
    expect(report.verdict).toBe('half-done');
    expect(outcomes).toEqual(['undo-failed', 'failed']);
  });

  it('needs a person for the code that was foreseen, and for no other', async () => {
    const blocked = { blocked: true, why: 'bring the file', who: 'you' } as const;
    const foreseen = await applied(planOf([failing({ needsPerson: [{ code: 0x80090011, blocked }] })]));
    expect(foreseen.report).toMatchObject({ verdict: 'needs-person', detail: 'bring the file', blocked });
    const other = await applied(planOf([failing({ needsPerson: [{ code: 5, blocked }] })]));
    expect(other.report.verdict).toBe('rolled-back');
    expect(other.report).not.toHaveProperty('blocked');
  });

  it.each([
    ['that had to be done anew', failing({ always: true, holds: { kind: 'file-present', path: FROM } }), 'rolled-back'],
    ['whose file somebody has written', copy('C:\\a.txt', { always: true, do: stale('C:\\a.txt') }), 'stale'],
  ])('a step %s has failed although what it is for holds', async (_name, step, verdict) => {
    const disk = labDisk();
    disk.write('C:\\a.txt', Buffer.from('<old/>'));
    const { report, outcomes } = await applied(planOf([step]), { disk });
    expect(report.verdict).toBe(verdict);
    expect(outcomes).toEqual(['failed']);
    expect(disk.read('C:\\a.txt')?.toString()).toBe('<old/>');
  });

  it('a step that says it went well and has done nothing has failed', async () => {
    const { report } = await applied(planOf([copy('C:\\a.txt', { do: { kind: 'remove-file', path: 'C:\\none' } })]));
    expect(report.detail).toBe('it ended without an error and has done nothing');
  });
});

/** A copy of bytes that are not there any more. */
function stale(to: string): Action {
  return { kind: 'copy-file', from: FROM, to, sha256: digest('other') };
}

describe('a plan that is not begun', () => {
  it('made for another state is refused with all that has changed', async () => {
    const before = fingerprint(evidence(), [
      { kind: 'config' },
      { kind: 'record', endpoint: { table: 'ip', name: '9.9.9.9:1' } },
    ]);
    const plan = planOf([copy('C:\\a.txt')], {
      before: { ...before, '{"kind":"entry","store":"MY","thumbprint":"X"}': 'x' },
    });
    const { report, events, entries, disk } = await applied(plan);
    expect(report).toMatchObject({
      verdict: 'stale',
      detail: 'applicationHost.config has changed; the store entry LocalMachine\\MY X has changed',
    });
    expect(events).toEqual([{ kind: 'plan', plan }, { kind: 'plan-end' }]);
    // It was read behind its own entry: nothing but a step's may stand between reading and acting.
    expect(entries.map(({ kind }) => kind)).toEqual(['plan', 'plan-end']);
    expect(disk.read('C:\\a.txt')).toBeUndefined();
  });

  it('because a person stopped it has done nothing; stopped later it is taken back', async () => {
    const stop = AbortSignal.abort();
    const { report, outcomes, events } = await applied(planOf([copy('C:\\a.txt')]), { stop });
    expect(report).toMatchObject({ verdict: 'nothing-done', detail: 'stopped by you' });
    expect(outcomes).toEqual(['not-reached']);
    expect(events.map(({ kind }) => kind)).toEqual(['plan', 'plan-end']);
  });
});

describe('what must not stay', () => {
  const path = 'C:\\secret.pfx';
  const cleanup: Plan['cleanup'] = [{ kind: 'remove-file', path }];
  const withSecret = () => {
    const disk = labDisk();
    disk.write(path, Buffer.from('key'));
    return disk;
  };

  it.each([
    ['well', [copy('C:\\a.txt')], 'healed'],
    ['badly', [failing()], 'rolled-back'],
  ] as const)('goes where the plan ends %s', async (_name, steps, verdict) => {
    const { disk, report } = await applied(planOf(steps, { cleanup }), { disk: withSecret() });
    expect(disk.read(path)).toBeUndefined();
    expect(report.verdict).toBe(verdict);
  });

  it('goes where the journal cannot be written, and what was done is taken back', async () => {
    const full = (journal: Journal): Journal => ({
      ...journal,
      write: (entry) => (entry.kind === 'end' ? continueFull() : journal.write(entry)),
    });
    const { disk, report, outcomes } = await applied(planOf([copy('C:\\a.txt')], { cleanup }), {
      disk: withSecret(),
      journal: full,
    });
    expect(report).toMatchObject({ verdict: 'rolled-back', detail: 'the disk is full' });
    expect(outcomes).toEqual(['failed']);
    expect(disk.read('C:\\a.txt')).toBeUndefined();
    expect(disk.read(path)).toBeUndefined();
  });

  it('and stays all the same makes the plan half done, and is named', async () => {
    const disk = withSecret();
    disk.write(HELD_LIST, Buffer.from(JSON.stringify({ held: [path] })));
    const well = await applied(planOf([copy('C:\\a.txt')], { cleanup }), { disk: disk.clone() });
    expect(well.report.verdict).toBe('half-done');
    expect(well.report.detail).toMatch(/^remove this yourself: C:\\secret\.pfx/);
    const badly = await applied(planOf([failing()], { cleanup }), { disk: disk.clone() });
    expect(badly.report.detail).toMatch(new RegExp(`^${DETAIL}; remove this yourself: C:`));
  });

  it('an error that is a bug is not taken for a full disk', async () => {
    const broken = (journal: Journal): Journal => ({
      ...journal,
      write: async () => {
        throw new TypeError('a bug');
      },
    });
    await expect(applied(planOf([copy('C:\\a.txt')]), { journal: broken })).rejects.toThrow('a bug');
  });
});

async function continueFull(): Promise<void> {
  throw new JournalError('the disk is full');
}
