// The little of SDDL that decides whether somebody may read a key file.

import type { Caller } from '../program.ts';

/** FILE_READ_DATA, and the letters that hold it. */
const READ_BIT = 0x1;
const READ_LETTERS = ['GA', 'GR', 'FA', 'FR'];

/** Whether the discretionary list lets the caller read: entries count in their order, nobody else is let in. */
export function mayRead(sddl: string, caller: Caller): boolean {
  const trustees = trusteesOf(caller);
  const list = /D:[A-Z]*((?:\([^)]*\))*)/.exec(sddl)?.[1];
  // No discretionary list at all lets everybody in; an empty one nobody.
  if (list === undefined) return true;
  for (const [, entry = ''] of list.matchAll(/\(([^)]*)\)/g)) {
    const [type = '', flags = '', rights = '', , , trustee = ''] = entry.split(';');
    if (flags.includes('IO') || !trustees.has(trustee.toUpperCase()) || !holdsRead(rights)) continue;
    if (type === 'D') return false;
    if (type === 'A') return true;
  }
  return false;
}

function holdsRead(rights: string): boolean {
  if (/^0x/i.test(rights)) return (Number(rights) & READ_BIT) !== 0;
  return (rights.match(/../g) ?? []).some((letters) => READ_LETTERS.includes(letters.toUpperCase()));
}

/** The groups that the caller's token holds, as SDDL abbreviates them. */
function trusteesOf(caller: Caller): ReadonlySet<string> {
  const everyone = [caller.sid, 'WD', 'S-1-1-0', 'AU', 'S-1-5-11'];
  if (caller.sid === 'S-1-5-18') return new Set([...everyone, 'SY', 'BA', 'S-1-5-32-544']);
  const groups = [...everyone, 'IU', 'BU', 'S-1-5-32-545'];
  return new Set(caller.elevated ? [...groups, 'BA', 'S-1-5-32-544'] : groups);
}
