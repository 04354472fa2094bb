// The little of SDDL that decides whether somebody may read a key file, or change who may.

import type { Caller } from '../program.ts';

/** A right, and the letters that hold it. */
interface Right {
  readonly bit: number;
  readonly letters: readonly string[];
}

const READ_DATA: Right = { bit: 0x1, letters: ['GA', 'GR', 'FA', 'FR'] };
const READ_CONTROL: Right = { bit: 0x20000, letters: ['GA', 'GR', 'GW', 'GX', 'FA', 'FR', 'FW', 'FX', 'RC'] };
const WRITE_DAC: Right = { bit: 0x40000, letters: ['GA', 'FA', 'WD'] };

/** Whether the discretionary list lets the caller read. */
export const mayRead = (sddl: string, caller: Caller): boolean => has(READ_DATA, sddl, caller);

/** Whether the caller may see the list: by the list itself, or because the file is his. */
export const mayReadList = (sddl: string, caller: Caller): boolean =>
  trusteesOf(caller).has(ownerIn(sddl)) || has(READ_CONTROL, sddl, caller);

/** Whether the caller may change the list: by the list itself, or because the file is his, whatever the list says. */
export const mayChangeList = (sddl: string, caller: Caller): boolean =>
  trusteesOf(caller).has(ownerIn(sddl)) || has(WRITE_DAC, sddl, caller);

/** The owner as SDDL writes him; what Windows gives to files of SYSTEM and of administrators where none is said. */
export const ownerIn = (sddl: string): string => /^O:(S-1-[\d-]+|[A-Z]{2})/.exec(sddl)?.[1] ?? 'BA';

/** Entries count in their order, and nobody else is let in. */
function has(right: Right, sddl: string, caller: Caller): boolean {
  const trustees = trusteesOf(caller);
  const list = /D:[A-Z]*((?:\([^)]*\))*)/.exec(sddl)?.[1];
  // No discretionary list at all lets everybody in; an empty one nobody.
  if (list === undefined || sddl.includes('NO_ACCESS_CONTROL')) return true;
  for (const [, entry = ''] of list.matchAll(/\(([^)]*)\)/g)) {
    const [type = '', flags = '', rights = '', , , trustee = ''] = entry.split(';');
    if (flags.includes('IO') || !trustees.has(trustee.toUpperCase()) || !holds(rights, right)) continue;
    if (type === 'D') return false;
    if (type === 'A') return true;
  }
  return false;
}

function holds(rights: string, { bit, letters }: Right): boolean {
  if (/^0x/i.test(rights)) return (Number(rights) & bit) !== 0;
  return (rights.match(/../g) ?? []).some((pair) => letters.includes(pair.toUpperCase()));
}

/** The groups that the caller's token holds, as SDDL abbreviates them. */
function trusteesOf(caller: Caller): ReadonlySet<string> {
  const everyone = [caller.sid, 'WD', 'S-1-1-0', 'AU', 'S-1-5-11'];
  if (caller.sid === 'S-1-5-18') return new Set([...everyone, 'SY', 'BA', 'S-1-5-32-544']);
  const groups = [...everyone, 'IU', 'BU', 'S-1-5-32-545'];
  return new Set(caller.elevated ? [...groups, 'BA', 'S-1-5-32-544'] : groups);
}
