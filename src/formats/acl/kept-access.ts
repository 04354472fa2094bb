// Whether a file that takes another's place has its permissions, where Windows may have worked out anew what both inherit.

import { isInherited } from './access.ts';
import { type Ace, isDenial, readSddl, type Sddl } from './sddl.ts';

/**
 * The file's own entries are the same. What it inherits is the same, or what the folder hands down to a `fresh` file today
 * and lets nobody do what the file did not let him do `before`: icacls /restore is said to work it out anew. All as SDDL.
 */
export function keepsAccess(before: string, now: string, fresh: string): boolean {
  const [old, current, handedDown] = [before, now, fresh].map(readSddl);
  if (!old?.ok || !current?.ok || !handedDown?.ok) return false;
  if (isShut(before) !== isShut(now) || old.value.unprotected !== current.value.unprotected) return false;
  if (!isSame(own(old.value), own(current.value))) return false;
  const inherits = inherited(current.value);
  if (isSame(inherited(old.value), inherits)) return true;
  return isSame(inherited(handedDown.value), inherits) && letsNobodyMore(old.value, current.value);
}

/** Nothing is inherited: the control flag P. */
const isShut = (sddl: string): boolean => /^D:[A-Z]*P/.test(sddl);

const own = ({ aces }: Sddl): readonly Ace[] => aces.filter((ace) => !isInherited(ace));
const inherited = ({ aces }: Sddl): readonly Ace[] => aces.filter(isInherited);

/** Entries that only allow may stand in any order. */
function isSame(one: readonly Ace[], other: readonly Ace[]): boolean {
  const texts = (aces: readonly Ace[]) => aces.map((ace) => JSON.stringify(ace));
  const inOrder = [...one, ...other].every(({ type }) => type === 'A')
    ? (aces: readonly Ace[]) => [...new Set(texts(aces))].sort()
    : texts;
  return inOrder(one).join() === inOrder(other).join();
}

/** Every permission has one that gives as much, and every denial is still there; kinds with conditions are not compared. */
function letsNobodyMore({ aces: before, unprotected }: Sddl, { aces: now }: Sddl): boolean {
  const covers = (large: Ace, small: Ace) =>
    large.type === small.type && large.sid === small.sid && (small.rights & ~large.rights) === 0;
  const isPlain = [...before, ...now].every(({ type }) => type === 'A' || type === 'D');
  const isGivenBefore = (ace: Ace) => isDenial(ace) || before.some((old) => covers(old, ace));
  const isStillDenied = (old: Ace) => !isDenial(old) || now.some((ace) => covers(ace, old));
  return unprotected || (isPlain && now.every(isGivenBefore) && before.every(isStillDenied));
}
