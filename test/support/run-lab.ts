// A lab in memory with the whole pipeline over it: what `check` and `fix --yes` do, without the commands around it.

import { createHash } from 'node:crypto';
import { playbooks } from '../../playbooks/index.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { collect } from '../../src/evidence/collect.ts';
import { liveReader } from '../../src/evidence/readers/live-reader.ts';
import type { CallerName } from '../../src/lab/callers.ts';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import type { LabOptions } from '../../src/lab/create.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { LAB_REGISTRY, openLab } from '../../src/lab/open.ts';
import type { ToldFailure } from '../../src/lab/server.ts';
import { rebootLab } from '../../src/lab/services/reboot.ts';
import { restartIis } from '../../src/lab/services/restart-iis.ts';
import { labMachine } from '../../src/machine/lab/lab-machine.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Diagnosis } from '../../src/model/repair/diagnosis.ts';
import type { Choices, Risk } from '../../src/model/repair/plan.ts';
import { NO_CHOICES, planningHere } from '../../src/model/repair/planning.ts';
import type { RecordedRun } from '../../src/model/run/recorded-run.ts';
import { exitCodeOf } from '../../src/model/run/run-outcome.ts';
import type { ApplyEvent, Repairs, RunReport } from '../../src/model/run/run-report.ts';
import { changeServer } from '../../src/repair/change/change.ts';
import { type FixContext, fix } from '../../src/repair/executor/fix.ts';
import { stepsToUndo, undoRun } from '../../src/repair/executor/undo.ts';
import { listRuns, readRun } from '../../src/repair/journal/read-journal.ts';
import { approveUpTo } from '../../src/repair/planning/approve.ts';
import { makePlans } from '../../src/repair/planning/make-plans.ts';
import { newLab } from './new-lab.ts';

const CLOCK = new Date('2026-03-02T09:00:00.000Z');

/** The disk of a lab, broken as told: a server before Windows Server 2022: its netsh knows no update, so a re-bind is delete and add. */
export const labDisk = (options: LabOptions = {}): MemoryDisk => newLab({ osBuild: 17763, ...options }).disk;

/** Faults that befall one lab at once, and none hides another. */
export const TOGETHER = ['stranded-key', 'stale-hash', 'lost-binding'];

/** The machine over a disk, with a clock that stands still. */
export const machineOn = (disk: MemoryDisk, as: CallerName = 'owner'): Machine =>
  labMachine(disk, { as, targetArguments: '', now: () => CLOCK, sleep: async () => {} });

export const diagnoseLab = async (machine: Machine): Promise<Diagnosis> =>
  diagnose(await collect(liveReader(machine)), playbooks);

export interface FixRun {
  readonly report: RunReport;
  readonly events: readonly ApplyEvent[];
  readonly before: Diagnosis;
  readonly repairs: Repairs;
}

export interface FixHow {
  readonly choices?: Partial<Choices>;
  readonly pfx?: NonNullable<FixContext['pfx']>;
  readonly stop?: AbortSignal;
  /** What a look at this very server has found already. */
  readonly seen?: Diagnosis;
  /** How far the yes goes; safe where left out. */
  readonly yes?: Risk;
  /** Between plan and apply. */
  readonly meanwhile?: (disk: MemoryDisk) => void;
  readonly tell?: (event: ApplyEvent) => void;
}

/** Diagnoses, plans, says yes to everything safe, applies. */
export async function fixLab(disk: MemoryDisk, machine: Machine, how: FixHow = {}): Promise<FixRun> {
  const before = how.seen ?? (await diagnoseLab(machine));
  const repairs = makePlans(before.found, planningHere(before.evidence, { ...NO_CHOICES, ...how.choices }));
  const { approved, declined, blocked } = approveUpTo(how.yes ?? 'safe', repairs);
  how.meanwhile?.(disk);
  const events: ApplyEvent[] = [];
  const identity = await machine.identity();
  if (!identity.known) throw new Error(identity.why);
  const context = {
    machine,
    playbooks,
    identity: identity.value,
    seen: before.evidence,
    version: '0.0.0',
    ...(how.pfx && { pfx: how.pfx }),
    tell: (event: ApplyEvent) => {
      events.push(event);
      how.tell?.(event);
    },
    stop: how.stop ?? new AbortController().signal,
  };
  const changed = await changeServer(
    machine,
    identity.value,
    () => {},
    () => fix(approved, declined, blocked, context),
  );
  if (!changed.ok) throw new Error(`${changed.error.why} (${exitCodeOf(changed.error.outcome)})`);
  return { report: changed.value, events, before, repairs };
}

/** The journal of the latest run. */
export async function latest(disk: MemoryDisk): Promise<RecordedRun> {
  const runs = await listRuns(machineOn(disk));
  const run = await readRun(machineOn(disk), runs.at(-1) ?? 'none');
  if (run === undefined) throw new Error('there is no run');
  return run;
}

/** Takes the latest run back. */
export async function undoLatest(disk: MemoryDisk) {
  const run = await latest(disk);
  return undoRun(run, stepsToUndo(run, 'C:\\Windows'), machineOn(disk));
}

export const ids = (diagnosis: Diagnosis): readonly string[] => diagnosis.findings.map((finding) => finding.id);

export function reboot(disk: MemoryDisk): void {
  rebootLab(openLab(disk));
}

export function restart(disk: MemoryDisk): void {
  restartIis(openLab(disk));
}

/** Tells the lab to fail. */
export function tell(disk: MemoryDisk, ...failures: readonly ToldFailure[]): void {
  const server = openLab(disk);
  server.facts.told.push(...failures);
  server.save();
}

/** The n-th call of a program whose arguments hold a word goes wrong. */
export const failure = (
  program: string,
  argument: string,
  act: ToldFailure['act'],
  nth = 1,
  exitCode?: number,
): ToldFailure => ({ program, argument, nth, act, ...(exitCode !== undefined && { exitCode }) });

/** As often as a patient add is tried before it is given up: see KEY_PATIENCE in perform.ts. */
const TRIES = 7;

/** The add of an SSL record goes wrong, however often it is tried; `rounds`: also when it is undone. */
export const stubbornAdd = (rounds = 1): readonly ToldFailure[] =>
  Array.from({ length: TRIES * rounds }, () => failure('netsh', 'certhash', 'fail'));

const OURS = 'C:\\ProgramData\\iis-ssl-heal\\';

/**
 * What a server is: the registry, the key files, the configuration, each as its SHA-256. Our own folder and its proofs are left out, and with them the files
 * that only tell what happened: lab.json (credentials, clock), the event logs, the descriptors of our folder.
 */
export function stateOf(disk: MemoryDisk): Readonly<Record<string, string>> {
  const told = ['C:\\lab.json', 'C:\\acls.json', 'C:\\held.json', 'C:\\credentials.json', 'C:\\sent-chains.json'];
  return Object.fromEntries(
    [...disk.files()]
      .filter(([path]) => !path.startsWith(OURS) && !told.includes(path) && !path.includes('\\winevt\\'))
      .filter(([path]) => !path.includes('\\inetsrv\\backup\\'))
      .map(([path, bytes]) => [path, createHash('sha256').update(withoutProofs(path, bytes)).digest('hex')]),
  );
}

function withoutProofs(path: string, bytes: Buffer): Buffer | string {
  if (path !== LAB_REGISTRY) return bytes;
  const { [PROOFS]: _, ...keys } = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  return JSON.stringify(keys);
}

const PROOFS = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\iis-ssl-heal';

/** Files of machine keys that one state has and the other has not. */
export const newMachineKeys = (before: Readonly<Record<string, string>>, disk: MemoryDisk): readonly string[] =>
  Object.keys(stateOf(disk)).filter((path) => !(path in before) && /\\Crypto\\(?:RSA\\MachineKeys|Keys)\\/.test(path));

/** Our own files, without the folder's path and without the one that proves it. */
export const ourFiles = (disk: MemoryDisk): readonly string[] =>
  [...disk.files().keys()]
    .filter((path) => path.startsWith(OURS))
    .map((path) => path.slice(OURS.length))
    .filter((name) => !name.startsWith('id-'));

export const configBytes = (disk: MemoryDisk): string => disk.read(CONFIG_PATH)?.toString('latin1') ?? '';

/** Every byte of the journals of all runs. */
export const journalText = (disk: MemoryDisk): string =>
  [...disk.files()]
    .filter(([path]) => path.startsWith(`${OURS}runs\\`))
    .map(([, bytes]) => bytes.toString('utf8'))
    .join('\n');
