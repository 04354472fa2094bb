// Tells of running plans by the executor's events, on stderr. It decides nothing and handles no signal.

import type { Plan } from '../../model/repair/plan.ts';
import type { ApplyEvent } from '../../model/run/run-report.ts';
import { groupEnd, type StepEnd, type StepGroup, stepGroups } from '../words/step-groups.ts';
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

/** One line a step, when it has ended. */
export function plainProgress(screen: Screen, style: Style): Progress {
  const say = (line: string) => void screen.write(`${line}\n`);
  let open: Open | undefined;
  const onEvent = (event: ApplyEvent) => {
    if (event.kind === 'plan') {
      open = { plan: event.plan, groups: stepGroups(event.plan.steps), ended: new Map() };
      say(paint(style, 'strong', printable(event.plan.title)));
    }
    if (event.kind === 'step-end' && open) end(open, event, say, style);
    if (event.kind === 'plan-end') {
      if (open) leave(open, say, style);
      open = undefined;
    }
  };
  return { onEvent, stop: async () => {} };
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
