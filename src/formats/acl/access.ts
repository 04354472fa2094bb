// Whom a descriptor lets do what on a file, and what it becomes when somebody is given access.

import { type Ace, isDenial, isInheritOnly, type Sddl } from './sddl.ts';

/** What the generic bits stand for on a file (winnt.h, FILE_ALL_ACCESS, FILE_GENERIC_READ, ...). */
const GENERIC_ON_FILES = [
  { generic: 0x10000000, file: 0x1f01ff },
  { generic: 0x20000000, file: 0x1200a0 },
  { generic: 0x40000000, file: 0x120116 },
  { generic: 0x80000000, file: 0x120089 },
];

/** Groups in whose name an account always acts ("LocalSystem Account", "Well-known SIDs", Microsoft). */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'S-1-5-18': ['S-1-5-32-544', 'S-1-5-11', 'S-1-1-0'],
  'S-1-5-19': ['S-1-5-32-545', 'S-1-5-11', 'S-1-5-6', 'S-1-1-0'],
  'S-1-5-20': ['S-1-5-32-545', 'S-1-5-11', 'S-1-5-6', 'S-1-1-0'],
};

/** The groups of a session that is elevated: Administrators and everybody who logs on. */
export const ADMINISTRATOR_GROUPS = ['S-1-5-32-544', 'S-1-5-32-545', 'S-1-5-11', 'S-1-5-4', 'S-1-1-0'];

const groupsOf = (sid: string): readonly string[] => GROUPS[sid] ?? ['S-1-1-0'];

/** Whether somebody gets every bit of a mask; `conditional`: it depends on a condition that only Windows can judge. */
export type Grant = 'granted' | 'refused' | 'conditional';

/**
 * What the descriptor gives `sid` and the groups it belongs to on a file. Entries count in their order, as Windows walks
 * them: a denial counts unless all was allowed before it.
 */
export function grantOf(sddl: Sddl, sid: string, mask: number, groups = groupsOf(sid)): Grant {
  if (sddl.unprotected) return 'granted';
  const sids = new Set([sid, ...groups]);
  const counting = sddl.aces.filter((ace) => sids.has(ace.sid) && !isInheritOnly(ace));
  if (allows(counting, mask, ['A'], isDenial)) return 'granted';
  const isCertainDenial = (ace: Ace) => isDenial(ace) && ace.type !== 'XD';
  return allows(counting, mask, ['A', 'XA'], isCertainDenial) ? 'conditional' : 'refused';
}

/** Whether it does for certain: a conditional denial may apply, a conditional permission may not. */
export const grants = (...asked: Parameters<typeof grantOf>): boolean => grantOf(...asked) === 'granted';

function allows(aces: readonly Ace[], mask: number, permissions: readonly string[], denies: (ace: Ace) => boolean) {
  let missing = onFiles(mask);
  for (const ace of aces) {
    if (denies(ace) && (onFiles(ace.rights) & missing) !== 0) return false;
    if (permissions.includes(ace.type)) missing &= ~onFiles(ace.rights);
    if (missing === 0) return true;
  }
  return missing === 0;
}

/** An entry of the list's own that refuses `sid` something: those that are inherited are the folder's. */
export const refuses = (ace: Ace, sid: string): boolean => ace.type === 'D' && ace.sid === sid && !isInherited(ace);

/** The list as icacls leaves it when that refusal is taken away and full access given: inherited entries stand last. */
export function withFullAccess({ aces, ...rest }: Sddl, sid: string): Sddl {
  const given: Ace = { type: 'A', flags: '', rights: onFiles(0x10000000), sid };
  const own = aces.filter((ace) => !isInherited(ace) && !refuses(ace, sid));
  return { ...rest, aces: [...own, given, ...aces.filter(isInherited)] };
}

/** Whether two lists let the same do the same. Who owns the file, and how icacls was told to inherit, does not count. */
export const isSameAccess = (one: Sddl, other: Sddl): boolean =>
  one.unprotected === other.unprotected && JSON.stringify(one.aces) === JSON.stringify(other.aces);

/** Whether all but `sid` have the same entries, in whatever order. */
export function isSameForOthers(one: Sddl, other: Sddl, sid: string): boolean {
  const others = ({ aces }: Sddl) =>
    aces
      .filter((ace) => ace.sid !== sid)
      .map((ace) => JSON.stringify(ace))
      .sort();
  return one.unprotected === other.unprotected && others(one).join() === others(other).join();
}

/** Whether a file inherits just what its folder hands down to files today. */
export function inheritsFrom(folder: Sddl, file: Sddl): boolean {
  const told = (aces: readonly Ace[]) =>
    [...new Set(aces.map(({ type, rights, sid }) => `${type} ${onFiles(rights)} ${sid}`))].sort().join();
  const handedDown = folder.aces.filter(({ flags }) => /^(?:..)*OI/.test(flags));
  return told(file.aces.filter(isInherited)) === told(handedDown);
}

/** True for an entry that the folder handed down. */
export const isInherited = ({ flags }: Ace): boolean => /^(?:..)*ID/.test(flags);

function onFiles(mask: number): number {
  const mapped = GENERIC_ON_FILES.filter(({ generic }) => (mask & generic) !== 0);
  return mapped.reduce((all, { file }) => all | file, mask & 0x0fffffff);
}
