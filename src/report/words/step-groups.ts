// Steps as a person counts them: what is only done where the step before it was not enough is a part of that one.

import type { Step } from '../../model/repair/plan.ts';

/** One step, and those that follow only if it was not enough. */
export interface StepGroup {
  /** The indices of its steps in the plan; the first is always gone through. */
  readonly indices: readonly [number, ...number[]];
  readonly title: string;
}

type Titled = Pick<Step, 'title' | 'holds' | 'unless'>;

/** All steps of a plan, in groups. */
export function stepGroups(steps: readonly Titled[]): readonly StepGroup[] {
  const groups: [number, ...number[]][] = [];
  for (const [index, step] of steps.entries()) {
    const last = groups.at(-1);
    if (last !== undefined && isOnlyIf(step, steps[index - 1], last.length > 1)) last.push(index);
    else groups.push([index]);
  }
  return groups.map((indices) => ({ indices, title: titleOf(indices, steps) }));
}

/** A step with `unless`; and the record that such a step deletes being added again. */
function isOnlyIf({ unless, holds }: Titled, before: Titled | undefined, follows: boolean): boolean {
  if (unless !== undefined) return true;
  if (!follows || before?.holds.kind !== 'record-absent' || holds.kind !== 'record-is') return false;
  return before.holds.endpoint.name === holds.record.endpoint.name;
}

function titleOf([first, ...others]: readonly [number, ...number[]], steps: readonly Titled[]): string {
  const title = steps[first]?.title ?? '';
  if (others.length === 0) return title;
  const more = others.flatMap((index) => steps[index] ?? []);
  const isReplaced = more.length === 2 && more[0]?.holds.kind === 'record-absent';
  const then = isReplaced ? 'delete and add' : more.map((each) => inShort(each.title)).join(', ');
  return `${title}; only if ${isReplaced ? 'visitors do not get it then' : 'that is not enough'}: ${then}`;
}

/** Without its own "Where ...:", as the middle of a sentence. */
function inShort(title: string): string {
  const rest = title.replace(/^Where [^:]*: /, '');
  return rest.charAt(0).toLowerCase() + rest.slice(1);
}
