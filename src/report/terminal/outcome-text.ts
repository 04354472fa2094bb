// The end of a fix in words: what became of each finding, what was verified, where the copies are, how to undo.

import { shortThumbprint } from '../../chain/certificates/certificates.ts';
import { worstAnswer } from '../../chain/visit.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { StepOutcome, Verdict } from '../../model/run/outcome.ts';
import { RUN_OUTCOMES, type RunOutcome } from '../../model/run/run-outcome.ts';
import type { PlanReport, RunReport } from '../../model/run/run-report.ts';
import { endpointKey, type Handshake } from '../../model/server/evidence.ts';
import type { Known } from '../../model/server/known.ts';
import { endInWords, reliefOf } from '../words/answers.ts';
import { commandFor } from '../words/repairs.ts';
import { type Piece, paragraph, verbatim } from './layout.ts';
import { renderAllBlocked, renderBlocked } from './plan-text.ts';
import { marks, type Paint, paint, type Style } from './style.ts';
import { renderNotChecked } from './text.ts';

/** Whatever is not here went wrong. */
const PAINTS: Readonly<Partial<Record<RunOutcome, Paint>>> = {
  healed: 'good',
  'nothing-to-do': 'good',
  planned: 'warn',
  'needs-person': 'warn',
  unknown: 'unsure',
};

const VERDICTS: Readonly<Record<Verdict, readonly [Paint, string]>> = {
  healed: ['good', 'healed'],
  'still-broken': ['bad', 'still broken'],
  'rolled-back': ['bad', 'failed and taken back'],
  'half-done': ['bad', 'failed, and not taken back whole'],
  'nothing-done': ['warn', 'not done'],
  stale: ['bad', 'refused: the server has changed since the plan was made'],
  'needs-person': ['warn', 'a person is needed'],
  'not-checked': ['unsure', 'done, and not checked'],
};

/** The end of a run; ends with a line break. `asked`: what was declined was declined by a person, not for want of a flag. */
export function renderOutcome(report: RunReport, targetArguments: string, style: Style, asked = false): string {
  const own = endInWords(report, asked);
  const as = own === undefined ? (PAINTS[report.outcome] ?? 'bad') : 'warn';
  const sentence = own ?? RUN_OUTCOMES[report.outcome].sentence;
  const sections = [
    paragraph(style, [{ text: signOf(as, style), as }, ' ', { text: sentence, as }], { first: 0, rest: 2 }),
    ...report.plans.map((plan) => planSection(plan, report.after, targetArguments, style)),
    renderAllBlocked(stillBlocked(report), targetArguments, style).trimEnd(),
    renderRemaining(report, style),
    report.after === undefined ? '' : renderNotChecked(report.after.notChecked, style),
    undoSection(report, targetArguments, style),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const signOf = (as: Paint, style: Style): string => marks(style)[as === 'dim' || as === 'strong' ? 'warn' : as];

function planSection(report: PlanReport, after: Diagnosis | undefined, targetArguments: string, style: Style): string {
  const relief = reliefOf(report, after);
  const [as, verdict] = relief === undefined ? verdictOf(report) : (['warn', `relief: ${relief}`] as const);
  const detail = report.detail && relief === undefined && !report.stopped ? `: ${report.detail}` : '';
  const head: readonly Piece[] = [{ text: `${signOf(as, style)} ${verdict}${detail}`, as }];
  return [
    paragraph(style, [{ text: report.plan.title, as: 'strong' }, ` (${report.plan.finding.subject})`], {
      first: 0,
      rest: 2,
    }),
    paragraph(style, head, { first: 2, rest: 4 }),
    ...report.steps.filter(({ outcome }) => TOLD.includes(outcome)).map((step) => stepLine(step, style)),
    ...backups(report).map((path) => verbatim(`copy kept: ${path}`, 4)),
    ...(after === undefined || report.verdict === 'nothing-done' ? [] : handshakes(report, after, style)),
    ...(report.blocked === undefined
      ? []
      : [renderBlocked(report.plan.finding, report.blocked, targetArguments, style).trimEnd()]),
  ].join('\n');
}

function verdictOf({ verdict, stopped }: PlanReport): readonly [Paint, string] {
  if (stopped && verdict === 'rolled-back') return ['warn', 'stopped by you, and taken back'];
  return stopped && verdict === 'nothing-done' ? ['warn', 'stopped by you before it was begun'] : VERDICTS[verdict];
}

/** Steps that went well are told by the verdict. */
const TOLD: readonly StepOutcome[] = ['failed', 'undone', 'undo-failed'];

const STEP_WORDS: Readonly<Partial<Record<StepOutcome, string>>> = {
  failed: 'failed',
  undone: 'taken back',
  'undo-failed': 'NOT taken back',
};

function stepLine({ step, outcome, detail }: PlanReport['steps'][number], style: Style): string {
  const message = `${STEP_WORDS[outcome] ?? outcome}: ${step.title}${detail ? ` (${detail})` : ''}`;
  return paragraph(style, [{ text: message, as: outcome === 'undone' ? 'dim' : 'bad' }], { first: 4, rest: 6 });
}

const backups = ({ steps }: PlanReport): readonly string[] =>
  steps.flatMap(({ step, outcome }) =>
    step.do.kind === 'copy-file' && (outcome === 'done' || outcome === 'already-so') ? [step.do.to] : [],
  );

/** What a client gets now on each endpoint of the plan; or of the finding, where the plan itself touches none. */
function handshakes({ plan }: PlanReport, after: Diagnosis, style: Style): readonly string[] {
  const keys = plan.endpoints.length > 0 ? plan.endpoints.map(endpointKey) : plan.finding.endpoints;
  return keys.map((key) => {
    const [as, message] = handshakeWords(worstAnswer(after.evidence.handshakes.get(key)));
    const name = key.slice(key.indexOf(' ') + 1);
    return paragraph(style, [{ text: signOf(as, style), as }, ` TLS handshake with ${name}: ${message}`], {
      first: 4,
      rest: 6,
    });
  });
}

function handshakeWords(handshake: Known<Handshake> | undefined): readonly [Paint, string] {
  if (handshake === undefined) return ['unsure', 'not checked'];
  if (!handshake.known) return ['unsure', `not checked: ${handshake.why}`];
  const { value } = handshake;
  if (value.outcome === 'certificate')
    return ['good', `${value.protocol}, certificate ${shortThumbprint(value.thumbprint)}`];
  return ['bad', `${value.outcome === 'no-tls' ? 'no TLS answer' : 'nobody answers'}: ${value.detail}`];
}

/** What was blocked and has not vanished by another repair. */
const stillBlocked = ({ blocked, after }: RunReport): RunReport['blocked'] =>
  blocked.filter(({ finding }) => after === undefined || after.findings.some((each) => each.id === finding.id));

/** Faults that the second look found and that nothing above speaks of. */
function renderRemaining(report: RunReport, style: Style): string {
  const spoken = [
    ...report.plans.flatMap(({ plan }) => plan.covers),
    ...report.blocked.map(({ finding }) => finding.id),
  ];
  const left = (report.after?.findings ?? []).filter((finding) => !spoken.includes(finding.id));
  return left
    .map(({ message }) =>
      paragraph(style, [{ text: marks(style).bad, as: 'bad' }, ` ${message}`], { first: 0, rest: 2 }),
    )
    .join('\n');
}

function undoSection({ runId, plans }: RunReport, targetArguments: string, style: Style): string {
  const changed = plans.some(({ steps }) =>
    steps.some(({ step, outcome }) => step.undo !== 'none' && (outcome === 'done' || outcome === 'undo-failed')),
  );
  if (runId === undefined || !changed) return '';
  const command = commandFor(`iis-ssl-heal undo ${runId}`, targetArguments);
  return `To take it back:\n${paint(style, 'strong', verbatim(command, 2))}`;
}
