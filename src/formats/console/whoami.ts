// Who runs the program: `whoami /user /groups /fo csv`, `/user /priv`, or `/all`, in any language.

import { fail, ok, type Result } from '../../model/result.ts';
import { type Identity, SYSTEM_SID } from '../../model/server/evidence.ts';
import { consoleText } from './console-text.ts';

/** A mandatory label of this level or above is an elevated one (winnt.h, SECURITY_MANDATORY_HIGH_RID). */
const HIGH = 0x3000;

/** What Windows takes out of the token of an administrator who is not elevated, and gives to administrators alone. */
const OF_ADMINISTRATORS = ['SeTakeOwnershipPrivilege', 'SeDebugPrivilege'];

/**
 * Reads the identity by the shape of the rows: the user's row is a name and a SID; an integrity level is a SID of
 * authority 16, and where no groups were printed the privileges tell. A name outside ASCII is readable only as far as the
 * code page allows.
 */
export function readWhoami(bytes: Uint8Array): Result<Identity> {
  const text = consoleText(bytes);
  const [, name, sid] = /^[ \t]*"([^"\r\n]*)","(S-1-[0-9-]{1,180})"[ \t]*\r?$/m.exec(text) ?? [];
  if (name === undefined || sid === undefined) return fail('no row with a name and a SID');
  const level = /"S-1-16-(\d{1,10})"/.exec(text)?.[1];
  const privileges = [...text.matchAll(/^[ \t]*"(Se[A-Za-z]{1,60}Privilege)",/gm)].map(([, each = '']) => each);
  if (level === undefined && privileges.length === 0 && sid !== SYSTEM_SID) return fail('no integrity level');
  const isHigh =
    level === undefined ? privileges.some((each) => OF_ADMINISTRATORS.includes(each)) : Number(level) >= HIGH;
  const logon = logonOf(text);
  return ok({ sid, name, elevated: sid === SYSTEM_SID || isHigh, ...(logon && { logon }) });
}

/** By the groups that each kind of logon brings: somebody at the console or by RDP may have come over the network as well. */
function logonOf(text: string): Identity['logon'] {
  const isIn = (sid: string) => text.includes(`"${sid}"`);
  if (isIn('S-1-5-4') || isIn('S-1-5-14')) return undefined;
  return isIn('S-1-5-2') ? 'network' : isIn('S-1-5-3') ? 'batch' : undefined;
}
