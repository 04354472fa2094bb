// Steps as a person counts them: what is only done where the step before it was not enough is a part of that one.

import type { Step } from '../../model/repair/plan.ts';
import type { ApplyEvent } from '../../model/run/run-report.ts';

/** One step, and those that follow only if it was not enough. */
export interface StepGroup {
  /** The indices of its steps in the plan; the first is always gone through. */
  readonly indices: readonly [number, ...number[]];
  readonly title: string;
}

/** How a step ended. */
export type StepEnd = Extract<ApplyEvent, { readonly kind: 'step-end' }>;

/** How a group ended: `already-so` where nothing of it had to be done. */
export type GroupEnd = 'done' | 'already-so' | 'not-reached' | { readonly failed: string };

/** By the ends of its steps so far; undefined while one is still to come. Of a step that was not needed nothing is said. */
export function groupEnd({ indices }: StepGroup, ended: ReadonlyMap<number, StepEnd>): GroupEnd | undefined {
  const ends = indices.flatMap((index) => ended.get(index) ?? []);
  const failed = ends.find(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) return { failed: failed.detail ?? 'no reason was given' };
  if (!ended.has(indices.at(-1) ?? 0)) return undefined;
  return ends.every(({ outcome }) => outcome === 'already-so') ? 'already-so' : 'done';
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
