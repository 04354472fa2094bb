// Tells of running plans by the executor's events, on stderr. It decides nothing and handles no signal.

import type { Plan } from '../../model/repair/plan.ts';
import type { ApplyEvent } from '../../model/run/run-report.ts';
import { type StepGroup, stepGroups } from '../words/step-groups.ts';
import { printable } from './layout.ts';
import { type LiveLine, liveLine, type Screen } from './live-line.ts';
import { marks, type Paint, paint, type Style } from './style.ts';

/** Something that follows the events. */
export interface Progress {
  readonly onEvent: (event: ApplyEvent) => void;
  /** Ends it, whatever is still open, and waits until all of it is written. */
  readonly stop: () => Promise<void>;
}

/** A step that is under way. */
interface Open {
  readonly plan: Plan;
  readonly groups: readonly StepGroup[];
  readonly ended: Map<number, Extract<ApplyEvent, { readonly kind: 'step-end' }>>;
}

/** One line a step, when it has ended; on a terminal the one that runs stands below them. */
export function startProgress(
  screen: Screen,
  style: Style,
  env: Readonly<Record<string, string | undefined>>,
): Progress {
  const line = liveLine(screen, env);
  let open: Open | undefined;
  const onEvent = (event: ApplyEvent) => {
    if (event.kind === 'plan') {
      open = { plan: event.plan, groups: stepGroups(event.plan.steps), ended: new Map() };
      line.done(paint(style, 'strong', printable(event.plan.title)));
    }
    if (event.kind === 'step-begin' && open) begin(open, event.index, line);
    if (event.kind === 'step-end' && open) end(open, event, line, style);
    if (event.kind === 'plan-end') {
      if (open) leave(open, line, style);
      open = undefined;
    }
    if (event.kind === 'look') line.now('Looking again ...');
  };
  const stop = async () => {
    line.clear();
    // A console of Windows, and some pipes, take what was written later: the report must not overtake it.
    await new Promise<void>((written) => void screen.write('', () => written()));
  };
  return { onEvent, stop };
}

/** Tells nothing: stdout has a document, and stderr is nobody's. */
export const SILENT: Progress = { onEvent: () => {}, stop: async () => {} };

const groupOf = ({ groups }: Open, index: number): StepGroup | undefined =>
  groups.find(({ indices }) => indices.includes(index));

function begin(open: Open, index: number, line: LiveLine): void {
  const group = groupOf(open, index);
  const title = group?.indices[0] === index ? group.title : open.plan.steps[index]?.title;
  line.now(`  ... ${printable(title ?? '')}`);
}

function end(
  open: Open,
  event: Extract<ApplyEvent, { readonly kind: 'step-end' }>,
  line: LiveLine,
  style: Style,
): void {
  open.ended.set(event.index, event);
  const group = groupOf(open, event.index);
  if (group === undefined) return;
  if (event.outcome !== 'failed' && event.index !== group.indices.at(-1)) return;
  line.done(ofGroup(group, open, style));
}

/** What became of it: of a step that was not needed nothing is said. */
function ofGroup({ indices, title }: StepGroup, { ended }: Open, style: Style): string {
  const ends = indices.flatMap((index) => ended.get(index) ?? []);
  const failed = ends.find(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) return stepLine('bad', title, `failed: ${failed.detail ?? 'no reason was given'}`, style);
  const so = ends.every(({ outcome }) => outcome === 'already-so');
  return stepLine('good', title, so ? 'already so' : '', style);
}

const stepLine = (as: Paint & ('good' | 'bad'), title: string, more: string, style: Style): string =>
  `  ${paint(style, as, marks(style)[as])} ${printable(title)}${more === '' ? '' : ` (${printable(more)})`}`;

/** A plan that was left in its middle says how many of its steps nobody came to. */
function leave({ groups, ended }: Open, line: LiveLine, style: Style): void {
  const missed = groups.filter(({ indices }) => !indices.some((index) => ended.has(index)));
  line.clear();
  if (missed.length > 0) line.done(paint(style, 'dim', `  - ${missed.length} more not reached`));
}
