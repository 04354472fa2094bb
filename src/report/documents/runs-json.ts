// The runs that changed something, from their journals: as the document of `runs --json`, and in words.

import type { RecordedPlan, RecordedRun } from '../../model/run/recorded-run.ts';
import { exitCodeOf, type RecordedOutcome, RUN_OUTCOMES } from '../../model/run/run-outcome.ts';
import type { TrailLine } from '../../model/run/unattended.ts';
import { VERSION } from '../../model/version.ts';
import { showAction } from '../../steps/shown-action.ts';
import { printable } from '../terminal/layout.ts';
import type { RunsDocument } from './documents.ts';
import { type ServerFacts, serverJson } from './json.ts';

/**
 * What became of a recorded run. `cut-off`: its journal was never closed; the next fix or undo takes it back first.
 * `undone`: `undo` has taken steps of it back since, and the steps say which. The others are those of `fix --json`.
 */
export type RecordedVerdict = RecordedOutcome | 'undone' | 'cut-off';

/**
 * The document of `runs --json`, oldest first, each by `recordedRunJson`; `target` is how a person would name the server, `trail`
 * the log of the unattended runs, those that changed nothing among them.
 */
export const runsJson = (
  runs: RunsDocument['runs'],
  trail: readonly TrailLine[],
  target: string,
  server: ServerFacts,
): RunsDocument => ({
  schema: 1,
  version: VERSION,
  target,
  server: serverJson(server),
  runs,
  unattended: trail.map(({ message, ...line }) => ({ ...line, says: message })),
});

/** One run of that document. */
export const recordedRunJson = (run: RecordedRun, systemRoot: string): RunsDocument['runs'][number] => ({
  id: run.id,
  startedAt: run.startedAt,
  closed: run.closed,
  exitCode: run.outcome === undefined ? null : exitCodeOf(run.outcome),
  verdict: recordedVerdict(run),
  ...(run.damage !== undefined && { damage: run.damage }),
  plans: run.plans.map((recorded) => planJson(recorded, systemRoot)),
});

const planJson = ({ plan, steps }: RecordedPlan, systemRoot: string) => ({
  finding: plan.finding.id,
  subject: plan.finding.subject,
  says: plan.finding.message,
  title: plan.title,
  risk: plan.risk,
  steps: plan.steps.map((step, index) => ({
    title: step.title,
    shown: showAction(step.do, systemRoot),
    outcome: steps[index] ?? ('not-reached' as const),
  })),
});

/** What cannot be read whole is not judged. A run that failed keeps its own verdict; of the others, an undo is the last word. */
export function recordedVerdict({ closed, outcome, plans, damage }: RecordedRun): RecordedVerdict {
  if (damage !== undefined) return 'unknown';
  if (!closed) return 'cut-off';
  const own = outcome ?? 'unknown';
  if (own === 'rolled-back' || own === 'half-done') return own;
  const outcomes = plans.flatMap(({ steps }) => steps);
  if (outcomes.includes('undo-failed')) return 'half-done';
  return outcomes.includes('undone') ? 'undone' : own;
}

function pastOf(run: RecordedRun): string {
  const verdict = recordedVerdict(run);
  if (verdict === 'undone') return 'taken back since by undo';
  if (verdict === 'cut-off') return 'was cut off; the next fix or undo takes it back first';
  return RUN_OUTCOMES[verdict].past;
}

/** So many lines of the log are worth a screen; the document has them all. */
const LATEST = 20;

/** The same in words: each run by `renderRun`, then the log. */
export function renderRuns(runs: readonly string[], trail: readonly TrailLine[]): string {
  const own = runs.length === 0 ? 'No run has changed anything here.\n' : runs.join('\n');
  if (trail.length === 0) return own;
  const lines = trail.slice(-LATEST).map(({ at, by, message }) => printable(`${moment(at)}  ${by}  ${message}`));
  return `${own}\nUnattended, the latest last:\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** ISO 8601 in UTC, as people read it. */
const moment = (iso: string): string => iso.replace(/^(.{10})T(.{8}).*$/, '$1 $2 UTC');

/** Its id, when it began, how it ended, and what had been found. */
export function renderRun(run: RecordedRun): string {
  const end = run.outcome === undefined ? '' : `, ended with ${exitCodeOf(run.outcome)}`;
  const head = `${run.id}  ${moment(run.startedAt)}  ${pastOf(run)}${end}`;
  const damage = run.damage === undefined ? [] : [`    cannot be read: ${run.damage}`];
  return [head, ...damage, ...run.plans.flatMap(renderPlan)].map((line) => `${printable(line)}\n`).join('');
}

const renderPlan = ({ plan }: RecordedPlan): readonly string[] => [
  `    found: ${plan.finding.message}`,
  `    did:   ${plan.title} (${plan.finding.subject})`,
];
