// The steps of all plans of a script, numbered, each with what it finds, what it leaves and how it is done.

import { readStoreEntry } from '../../formats/certificates/store-entry.ts';
import type { Command } from '../../model/repair/command.ts';
import type { Action, Condition, Plan, Step } from '../../model/repair/plan.ts';
import type { Endpoint } from '../../model/server/ssl-record.ts';
import type { Check } from './checks.ts';
import { STATE } from './lines.ts';

/** One step, with its number in the whole script. */
export interface ScriptStep {
  readonly number: number;
  readonly plan: Plan;
  readonly step: Step;
}

/** A step that leaves something behind, and how it is taken back. */
export interface ChangingStep extends ScriptStep {
  readonly undo: { readonly do: Action; readonly holds: Condition };
}

/** The steps of all plans in their order. A script keeps store entries in its own way: what it exports itself. */
export const numbered = (plans: readonly Plan[]): readonly ScriptStep[] =>
  plans
    .flatMap((plan) => plan.steps.map((step) => ({ plan, step })))
    .filter(({ step }) => step.do.kind !== 'keep-store-entry')
    .map((each, index) => ({ ...each, number: index + 1 }));

/** Transfer files do not count: they are deleted on every way out of the script. */
export function changing({ step, ...rest }: ScriptStep): ChangingStep | undefined {
  const { undo } = step;
  if (undo === 'none' || 'impossible' in undo || undo.do.kind === 'remove-file') return undefined;
  return { ...rest, step, undo };
}

/** Where the undo script finds how far the repair came, and what it needs of the state before and after a step. */
export const begunFile = (number: number): string => `${STATE}\\step-${number}.begun`;
export const exportedFile = (number: number): string => `${STATE}\\step-${number}.reg`;
export const leftFile = (number: number): string => `${STATE}\\step-${number}.after`;

/** Why a plan cannot be told to cmd; undefined where it can. */
export function unscriptable(plan: Plan): string | undefined {
  const actions = plan.steps.flatMap(({ do: action, undo }) =>
    undo === 'none' || 'impossible' in undo ? [action] : [action, undo.do],
  );
  if (plan.steps.some(isFinal)) return 'a step of it cannot be taken back';
  if (plan.steps.some(({ unless, holds }) => unless !== undefined || holds.kind === 'serves'))
    return 'whether a step of it is needed takes a TLS client';
  if (plan.steps.some(({ do: action, holds }) => action.kind === 'write-file' || isOfProgram(holds)))
    return 'what a step of it leaves can only be judged by the program itself';
  return actions.map(whyNot).find((why) => why !== undefined);
}

const isOfProgram = (holds: Condition): boolean => 'midway' in holds || holds.kind === 'system-may-read';

/** What deletes a record for good would be found by no later check of the script. */
const isFinal = ({ undo, holds }: Step): boolean =>
  undo === 'none' ? holds.kind === 'record-absent' : 'impossible' in undo;

function whyNot(action: Action): string | undefined {
  if (action.kind === 'write-pfx') return 'a PFX file can only be wrapped anew by the program itself';
  if ((action.kind === 'edit-file' || action.kind === 'restore-file') && action.through === undefined)
    return 'appcmd cannot say this change of the configuration';
  if (action.kind === 'restore-store-entry' && containerOf(action) === undefined) return 'the store entry names no key';
  const texts = [...commandsOf(action).flatMap(({ args }) => args), ...pathsOf(action)];
  const strange = texts.find((text) => typeof text === 'string' && !/^[\x20\x21\x23-\x7e]*$/.test(text));
  return strange === undefined ? undefined : `a cmd script cannot hold this name: ${strange}`;
}

/** The commands of an action, as the script runs them. */
export function commandsOf(action: Action): readonly Command[] {
  switch (action.kind) {
    case 'run':
      return action.first === undefined ? [action.command] : [action.first, action.command];
    case 'make-private-folder':
      return [action.command];
    case 'edit-file':
      return action.through?.commands ?? [];
    case 'restore-file':
      return action.through ?? [];
    default:
      return [];
  }
}

const pathsOf = (action: Action): readonly string[] => [
  ...('path' in action ? [action.path] : []),
  ...('from' in action ? [action.from] : []),
  ...('to' in action ? [action.to] : []),
];

/** The key container that an entry names. */
function containerOf(action: Extract<Action, { kind: 'restore-store-entry' }>): string | undefined {
  const entry = readStoreEntry(Buffer.from(action.blob, 'base64'), action.thumbprint, action.store);
  return entry.ok ? entry.value.key?.container : undefined;
}

/** What a changing step finds, judged before anything runs. */
export function foundBefore({ step, undo }: ChangingStep): Check {
  if (undo.do.kind === 'restore-store-entry') {
    const { store, thumbprint } = undo.do;
    return { kind: 'entry-names', store, thumbprint, container: containerOf(undo.do) ?? '' };
  }
  if (step.do.kind === 'edit-file') return printed(step.do, 'before');
  return direct(undo.holds);
}

/** The same, judged by the undo script, which has the bytes of the time before. */
export function foundAgain({ number, undo }: ChangingStep): Check {
  if (undo.do.kind === 'restore-store-entry') {
    const { store, thumbprint } = undo.do;
    return { kind: 'entry-exports', store, thumbprint, file: exportedFile(number) };
  }
  if (undo.do.kind === 'restore-file') return { kind: 'same-bytes', one: undo.do.path, other: undo.do.from };
  return direct(undo.holds);
}

/** What a step must have left; undefined where only its exit code can tell. */
export function leftNow({ step, plan }: ScriptStep): Check | undefined {
  const { do: action, holds } = step;
  if (holds.kind === 'action-succeeds') return undefined;
  if (action.kind === 'edit-file') return printed(action, 'after');
  if (holds.kind !== 'file-is') return direct(holds);
  const copy = plan.steps
    .map((each) => each.do)
    .find((each) => each.kind === 'copy-file' && each.sha256 === holds.sha256);
  if (copy?.kind !== 'copy-file') throw new Error(`no copy has the bytes that ${holds.path} must have`);
  return { kind: 'same-bytes', one: holds.path, other: action === copy ? copy.from : copy.to };
}

/** What a step left, judged by the undo script. */
export function leftAgain(changed: ChangingStep): Check {
  const { undo, number, step } = changed;
  if (undo.do.kind === 'restore-file') return { kind: 'same-bytes', one: undo.do.path, other: leftFile(number) };
  return direct(step.holds);
}

function printed({ through }: Extract<Action, { kind: 'edit-file' }>, when: 'before' | 'after'): Check {
  if (through === undefined) throw new Error('an edit that appcmd cannot say');
  const lines = through.lines.map((line) => ({ pattern: line.pattern, count: line[when] }));
  return { kind: 'prints', command: through.shows, lines };
}

function direct(condition: Condition): Check {
  if (
    condition.kind === 'file-is' ||
    condition.kind === 'entry-is' ||
    condition.kind === 'action-succeeds' ||
    condition.kind === 'folder-absent' ||
    condition.kind === 'serves' ||
    condition.kind === 'system-may-read' ||
    condition.kind === 'acl-is' ||
    condition.kind === 'store-has'
  )
    throw new Error(`a script cannot read back ${condition.kind} without the bytes`);
  return condition;
}

/** What a check is about, in words: two steps may change one thing in turn. */
export function subjectOf(check: Check): string {
  switch (check.kind) {
    case 'record-is':
      return recordWords(check.record.endpoint);
    case 'record-absent':
      return recordWords(check.endpoint);
    case 'prints':
      return 'customMetadata of the configuration';
    case 'same-bytes':
      return check.one;
    case 'file-present':
    case 'file-absent':
      return check.path;
    case 'service-is':
      return `the service ${check.service}`;
    default:
      return `the certificate ${check.thumbprint} in LocalMachine\\${check.store}`;
  }
}

const recordWords = ({ table, name }: Endpoint): string =>
  `the SSL record of ${name}${table === 'sni' ? ' (by name)' : ''}`;
