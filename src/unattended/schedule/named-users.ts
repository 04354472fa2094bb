// Tasks whose file names an account where we wrote its SID: the Task Scheduler of some servers does so.

import { collectOnly } from '../../evidence/collect.ts';
import { liveReader } from '../../evidence/readers/live-reader.ts';
import type { TaskDefinition } from '../../formats/tasks/task-xml.ts';
import type { Machine } from '../../machine/machine.ts';

/** A task with SIDs for names; `unknown` is a name whose SID nobody could tell. */
export interface WithSids {
  readonly task: TaskDefinition;
  readonly unknown?: string;
}

const isName = (userId: string): boolean => userId !== '' && !/^S-1-/i.test(userId);

const USER = 'UserId';

/** `instead` stands where nobody could tell: whatever else is wrong is then found all the same. */
export async function withSids(task: TaskDefinition, instead: string, machine: Machine): Promise<WithSids> {
  const names = [task.principal.userId, ...task.triggers.map(({ elements }) => elements[USER] ?? '')].filter(isName);
  if (names.length === 0) return { task };
  const sids = await sidsOf(names, machine);
  const unknown = names.find((name) => sids.get(name) === undefined);
  const sidOf = (userId: string) => (isName(userId) ? (sids.get(userId) ?? instead) : userId);
  const triggers = task.triggers.map(({ kind, elements: { [USER]: userId, ...elements } }) => ({
    kind,
    elements: userId === undefined ? elements : { ...elements, [USER]: sidOf(userId) },
  }));
  const principal = { ...task.principal, userId: sidOf(task.principal.userId) };
  return { task: { ...task, principal, triggers }, ...(unknown !== undefined && { unknown }) };
}

/**
 * By whoami that of whoever runs this; else that of the one profile whose folder has the user's name, as Windows makes it:
 * `olga`, or `olga.DOMAIN`. It only says which account is meant: nobody is let do anything for his name.
 */
async function sidsOf(names: readonly string[], machine: Machine): Promise<ReadonlyMap<string, string>> {
  const { identity, profiles } = await collectOnly(liveReader(machine), ['identity', 'profiles']);
  const all = profiles.known ? profiles.value : [];
  return new Map(
    names.flatMap((name) => {
      if (identity.known && identity.value.name.toLowerCase() === name.toLowerCase())
        return [[name, identity.value.sid] as const];
      const user = name.slice(name.lastIndexOf('\\') + 1).toLowerCase();
      const [one, another] = all.filter((profile) => `${profile.name.toLowerCase()}.`.startsWith(`${user}.`));
      return one === undefined || another !== undefined ? [] : [[name, one.sid] as const];
    }),
  );
}
