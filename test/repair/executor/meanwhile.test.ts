// Somebody changes what a condition speaks of between plan and act, and between act and look: for every kind of condition.

import { describe, expect, it } from 'vitest';
import { digest, type FingerprintSubject, fingerprint } from '../../../src/chain/memory/fingerprint.ts';
import { deleteEntry, encodeEntry, readStore } from '../../../src/lab/certificates/store.ts';
import { CONFIG_PATH } from '../../../src/lab/config/applied-config.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { deleteRecord } from '../../../src/lab/http/http-sys.ts';
import { openLab } from '../../../src/lab/open.ts';
import { setKeySddl } from '../../../src/lab/permissions/acls.ts';
import type { LabServer } from '../../../src/lab/server.ts';
import { setRunning } from '../../../src/lab/services/services.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import type { Command } from '../../../src/model/repair/command.ts';
import type { Condition, Plan, Step } from '../../../src/model/repair/plan.ts';
import type { JournalEntry } from '../../../src/model/run/journal.ts';
import { applyPlan } from '../../../src/repair/executor/apply.ts';
import { rollBack } from '../../../src/repair/executor/roll-back.ts';
import { takeBack } from '../../../src/repair/executor/undo.ts';
import { byWord } from '../../support/by-word.ts';
import { diagnoseLab, labDisk, machineOn } from '../../support/run-lab.ts';

const KEY = 'C:\\ProgramData\\k';
const OPEN = 'O:BAG:SYD:PAI(A;;FA;;;BA)(A;;FA;;;SY)';
const CLOSED = 'O:BAG:SYD:PAI(D;;FA;;;SY)(A;;FA;;;BA)';
const FILE = 'C:\\kept.txt';
const FOLDER = 'C:\\kept';

const whole = labDisk();
changed(whole, (server) => {
  server.disk.write(KEY, Buffer.from('k'));
  server.disk.write(FILE, Buffer.from('kept'));
  server.disk.makeFolder(FOLDER);
  setKeySddl(server, KEY, OPEN);
});
const { evidence } = await diagnoseLab(byWord(machineOn(whole), whole));
const [record] = evidence.records.known ? evidence.records.value : [];
if (record === undefined) throw new Error('the lab has no record');
const { thumbprint } = record;
const entry = { store: 'MY', thumbprint };
const stored = readStore(openLab(whole), 'MY')?.find((each) => each.thumbprint === thumbprint);
if (stored === undefined) throw new Error('the lab has no entry');

/** The same server after somebody was there: record, entry, list, file and folder are gone, and a service stands still. */
const other = whole.clone();
changed(other, (server) => {
  deleteRecord(server, 'ip', record.endpoint.name);
  deleteEntry(server, 'MY', thumbprint);
  setKeySddl(server, KEY, CLOSED);
  server.disk.remove(FILE);
  server.disk.remove(FOLDER);
  server.disk.write(CONFIG_PATH, Buffer.concat([server.disk.read(CONFIG_PATH)!, Buffer.from('<!-- -->')]));
  setRunning(server, 'W3SVC', false);
});

function changed(disk: MemoryDisk, change: (server: LabServer) => void): void {
  const server = openLab(disk);
  change(server);
  server.save();
}

type State = 'whole' | 'other';

/** Of each kind one, and where it holds. Judged by its action alone is what nobody can see from outside. */
const CONDITIONS: Readonly<
  Record<Exclude<Condition['kind'], 'action-succeeds'>, readonly [condition: Condition, holds: State]>
> = {
  'record-is': [{ kind: 'record-is', record }, 'whole'],
  'record-absent': [{ kind: 'record-absent', endpoint: record.endpoint }, 'other'],
  serves: [{ kind: 'serves', record }, 'whole'],
  'entry-is': [{ kind: 'entry-is', ...entry, sha256: digest(encodeEntry(stored)) }, 'whole'],
  'store-lacks': [{ kind: 'store-lacks', ...entry }, 'other'],
  'store-has': [{ kind: 'store-has', ...entry }, 'whole'],
  'machine-key': [{ kind: 'machine-key', ...entry }, 'whole'],
  'system-may-read': [{ kind: 'system-may-read', path: KEY, sddl: CLOSED }, 'whole'],
  'acl-is': [{ kind: 'acl-is', path: KEY, sddl: CLOSED }, 'other'],
  'file-is': [{ kind: 'file-is', path: FILE, sha256: digest('kept') }, 'whole'],
  'file-present': [{ kind: 'file-present', path: FILE }, 'whole'],
  'file-absent': [{ kind: 'file-absent', path: FILE }, 'other'],
  'folder-absent': [{ kind: 'folder-absent', path: FOLDER }, 'other'],
  'service-is': [{ kind: 'service-is', service: 'W3SVC', running: true }, 'whole'],
};

/** What the steps here run: a program that does what the test says, and says that all went well. */
const ACT: Command = { program: 'iisreset', args: ['/act'] };

/** A server that is one of two, and that what is run, and somebody else at that moment, make the other. */
function server(first: State, leaves: State) {
  const machines = { whole: byWord(machineOn(whole), whole), other: byWord(machineOn(other), other) };
  let now = first;
  let acted = 0;
  const here = (): Machine => machines[now];
  const machine: Machine = {
    ...machines[first],
    run: async (command, secrets) => {
      if (command.program !== ACT.program) return here().run(command, secrets);
      acted += 1;
      now = leaves;
      return { started: true, exitCode: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
    },
    read: (path, most) => here().read(path, most),
    list: (path) => here().list(path),
    handshake: (greeting) => here().handshake(greeting),
  };
  const becomes = (state: State): void => {
    now = state;
  };
  return { machine, acted: () => acted, becomes };
}

const opposite = (state: State): State => (state === 'whole' ? 'other' : 'whole');

const stepFor = (holds: Condition, changes: Partial<Step> = {}): Step => ({
  title: 'act',
  do: { kind: 'run', command: ACT },
  undo: 'none',
  holds,
  ...changes,
});

const planOf = (step: Step, changes: Partial<Plan> = {}): Plan => ({
  finding: { playbook: 'x', id: 'x', subject: 'x', severity: 'broken', message: 'x', facts: [], endpoints: [] },
  covers: ['x'],
  title: 'a plan',
  risk: 'safe',
  steps: [step],
  cleanup: [],
  before: {},
  effects: [],
  endpoints: [],
  after: [],
  ...changes,
});

/** Applies it; `at` hears of each entry of the journal before anything after it is done. */
async function outcomeOf(plan: Plan, machine: Machine, at: (kind: JournalEntry['kind']) => void = () => {}) {
  const journal = { id: '0001-x', write: async (written: JournalEntry) => at(written.kind) };
  const { signal: stop } = new AbortController();
  const report = await applyPlan(plan, 0, { machine, secrets: new Map(), journal, tell: () => {}, stop });
  return report.steps[0]?.outcome;
}

const undoFor = (step: Step) => {
  if (step.undo === 'none' || 'impossible' in step.undo) throw new Error('there is no undo');
  return [{ plan: 0, index: 0, step, undo: step.undo, shown: '' }];
};
const silent = { id: '0001-x', write: async () => {} };

/** Holds in neither state, and in both. */
const NEVER: Condition = { kind: 'file-present', path: 'C:\\never' };
const EVER: Condition = { kind: 'file-absent', path: 'C:\\never' };

describe.each(Object.entries(CONDITIONS))('%s', (_kind, [condition, holds]) => {
  const not = opposite(holds);
  // What the plan rests on is read in the same moment as the first look: both must see what was changed since it was made.
  const subjects: readonly FingerprintSubject[] = [
    { kind: 'record', endpoint: { table: 'ip', name: '0.0.0.0:9' } },
    { kind: 'entry', store: 'MY', thumbprint: '0'.repeat(40) },
  ];
  const before = fingerprint(evidence, subjects);

  it('that somebody has brought about since the plan is seen, and nothing is done', async () => {
    const { machine, acted, becomes } = server(not, not);
    becomes(holds);
    expect(await outcomeOf(planOf(stepFor(condition), { before }), machine)).toBe('already-so');
    expect(acted()).toBe(0);
  });

  it('that somebody brings about at the very entry of the plan is seen too: it is read behind that entry', async () => {
    const { machine, acted, becomes } = server(not, not);
    const outcome = await outcomeOf(planOf(stepFor(condition), { before }), machine, (kind) => {
      if (kind === 'plan') becomes(holds);
    });
    expect([outcome, acted()]).toEqual(['already-so', 0]);
  });

  it('is looked at behind the act: done is what holds then, and failed what somebody has spoilt by then', async () => {
    for (const leaves of [holds, not]) {
      const { machine } = server(not, leaves);
      const outcome = await outcomeOf(planOf(stepFor(condition), { before }), machine);
      expect(outcome).toBe(leaves === holds ? 'done' : 'failed');
    }
  });

  it('that held before and was spoilt at the act is not taken from the look before', async () => {
    const { machine } = server(holds, not);
    const always = stepFor(condition, { always: true, unless: NEVER });
    expect(await outcomeOf(planOf(always, { before }), machine)).toBe('failed');
    const seen = server(holds, not);
    expect(await outcomeOf(planOf(stepFor(condition, { always: true, unless: condition })), seen.machine)).toBe(
      'already-so',
    );
  });

  it('spoilt after the step began is seen behind the act', async () => {
    const { machine, becomes } = server(not, not);
    const outcome = await outcomeOf(planOf(stepFor(condition), { before }), machine, (kind) => {
      if (kind === 'begin') becomes(holds);
    });
    expect(outcome).toBe('failed');
  });

  it('is what an undo looks for before it acts and behind it', async () => {
    const undo = { do: { kind: 'run', command: ACT } as const, holds: condition };
    const step = stepFor(EVER, { undo });
    for (const [first, leaves, outcome, acts] of [
      [holds, not, 'already-so', 0],
      [not, holds, 'undone', 1],
      [not, not, 'undo-failed', 1],
    ] as const) {
      const { machine, acted } = server(first, leaves);
      expect((await takeBack(undoFor(step), machine, silent)).map((each) => each.outcome)).toEqual([outcome]);
      expect(acted()).toBe(acts);
    }
  });

  it('that the run left and somebody has changed since is theirs: its undo is refused', async () => {
    const undo = { do: { kind: 'run', command: ACT } as const, holds: NEVER };
    const { machine, acted } = server(not, not);
    const [report] = await takeBack(undoFor(stepFor(condition, { undo })), machine, silent);
    expect([report?.outcome, acted()]).toEqual(['refused', 0]);
  });

  it('is what taking a plan back looks for, a step that was cut off too', async () => {
    const undo = { do: { kind: 'run', command: ACT } as const, holds: condition };
    const step = stepFor(NEVER, { undo: { ...undo, holds: NEVER }, remains: undo });
    for (const [leaves, outcome] of [
      [holds, 'failed'],
      [not, 'undo-failed'],
    ] as const) {
      const { machine, acted } = server(not, leaves);
      const context = { machine, secrets: new Map<string, string>(), journal: silent };
      expect(await rollBack(planOf(step), 0, ['failed'], context)).toEqual([outcome]);
      expect(acted()).toBe(1);
    }
  });
});

const SUBJECTS: readonly FingerprintSubject[] = [
  { kind: 'config' },
  { kind: 'record', endpoint: record.endpoint },
  { kind: 'entry', ...entry },
];

it.each(SUBJECTS)(
  'a plan whose $kind somebody has changed since is stale, whatever its first step finds',
  async (of) => {
    const { machine, acted, becomes } = server('whole', 'whole');
    const plan = planOf(stepFor(NEVER), { before: fingerprint(evidence, [of]) });
    becomes('other');
    expect([await outcomeOf(plan, machine), acted()]).toEqual(['not-reached', 0]);
  },
);

it.each(SUBJECTS)('a plan whose $kind somebody changes at its very entry in the journal is stale too', async (of) => {
  const { machine, acted, becomes } = server('whole', 'whole');
  const plan = planOf(stepFor(NEVER), { before: fingerprint(evidence, [of]) });
  const outcome = await outcomeOf(plan, machine, (kind) => {
    if (kind === 'plan') becomes('other');
  });
  expect([outcome, acted()]).toEqual(['not-reached', 0]);
});
