// Tells of running plans by the executor's events, on stderr. It decides nothing and handles no signal.

import type { Plan } from '../../model/repair/plan.ts';
import type { ApplyEvent } from '../../model/run/run-report.ts';
import { groupEnd, type StepEnd, type StepGroup, stepGroups } from '../words/step-groups.ts';
import { countOf, type HowFar, UNTOLD } from './how-far.ts';
import { printable } from './layout.ts';
import type { Screen } from './live-line.ts';
import { marks, paint, type Style } from './style.ts';

/** Something that follows the events. */
export interface Progress {
  readonly onEvent: (event: ApplyEvent) => void;
  /** Ends it, whatever is still open, and waits until all of it is written. */
  readonly stop: () => Promise<void>;
}

/** Tells nothing: stdout has a document, and stderr is nobody's. */
export const SILENT: Progress = { onEvent: () => {}, stop: async () => {} };

/** A plan that is under way. */
interface Open {
  readonly plan: Plan;
  readonly groups: readonly StepGroup[];
  readonly ended: Map<number, StepEnd>;
}

/** The title of a plan, and which of how many it is. */
export type TitleOf = (plan: Plan) => string;

/** Numbers them where there are several. */
export function numbered(plans: readonly Plan[]): TitleOf {
  const numbers = new Map(plans.map((plan, index) => [plan, index + 1]));
  return (plan) => printable(plans.length > 1 ? `${plan.title} (${numbers.get(plan)} of ${plans.length})` : plan.title);
}

/** Where stdout has a document: nothing of work that is short. */
export function countedProgress(plans: readonly Plan[], howFar: HowFar): Progress {
  const numbers = new Map(plans.map((plan, index) => [plan, index + 1]));
  const onEvent = (event: ApplyEvent) => {
    if (event.kind === 'plan') howFar.at(countOf('Repairing', numbers.get(event.plan) ?? 0, plans.length));
    lookingAgain(event, howFar);
  };
  return { onEvent, stop: async () => howFar.end() };
}

/** What is told of the look at the end. */
export function lookingAgain(event: ApplyEvent, howFar: HowFar): void {
  if (event.kind === 'look') howFar.at('Looking again ...');
  if (event.kind === 'greeted') howFar.at(countOf('Greeting endpoints', event.done, event.of));
}

/** One line a step, when it has ended. */
export function plainProgress(screen: Screen, style: Style, titleOf: TitleOf, startLook: () => HowFar): Progress {
  const say = (line: string) => void screen.write(`${line}\n`);
  let open: Open | undefined;
  let look = UNTOLD;
  const onEvent = (event: ApplyEvent) => {
    if (event.kind === 'plan') {
      open = { plan: event.plan, groups: stepGroups(event.plan.steps), ended: new Map() };
      say(paint(style, 'strong', titleOf(event.plan)));
    }
    if (event.kind === 'step-end' && open) end(open, event, say, style);
    if (event.kind === 'plan-end') {
      if (open) leave(open, say, style);
      open = undefined;
    }
    if (event.kind === 'look') look = startLook();
    lookingAgain(event, look);
  };
  return { onEvent, stop: async () => look.end() };
}

function end({ groups, ended }: Open, event: StepEnd, say: (line: string) => void, style: Style): void {
  ended.set(event.index, event);
  const group = groups.find(({ indices }) => indices.includes(event.index));
  const how = group && groupEnd(group, ended);
  if (group === undefined || how === undefined || how === 'not-reached') return;
  const as = typeof how === 'object' ? 'bad' : 'good';
  const more = typeof how === 'object' ? `failed: ${how.failed}` : how === 'already-so' ? 'already so' : '';
  const told = more === '' ? '' : ` (${printable(more)})`;
  say(`  ${paint(style, as, marks(style)[as])} ${printable(group.title)}${told}`);
}

/** A plan that was left in its middle says how many of its steps nobody came to. */
function leave({ groups, ended }: Open, say: (line: string) => void, style: Style): void {
  const missed = groups.filter(({ indices }) => !indices.some((index) => ended.has(index)));
  if (missed.length > 0) say(paint(style, 'dim', `  - ${missed.length} more not reached`));
}
