// Who may run a program on a lab server.

import type { Caller } from './program.ts';
import type { LabServer } from './server.ts';

/** The people of a lab, as `--as` names them. */
export type CallerName = 'owner' | 'owner-without-password' | 'system' | 'other-admin';

/** SYSTEM, the owner of the stranded key, also by an ssh key, or another administrator; all elevated. */
export function callerOf(server: LabServer, name: CallerName): Caller {
  if (name === 'system') return { sid: 'S-1-5-18', name: 'NT AUTHORITY\\SYSTEM', elevated: true };
  const user = name === 'other-admin' ? server.facts.otherAdmin : server.facts.owner;
  return {
    sid: user.sid,
    name: user.name,
    elevated: true,
    ...(name.endsWith('password') && { withoutPassword: true }),
  };
}
