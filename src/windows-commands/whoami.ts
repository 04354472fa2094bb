// whoami: who runs this program, by SID.

import type { Command } from '../model/repair/command.ts';

/** The user (name, SID) and then all groups (name, type, SID, attributes) as CSV without headings; names are translated. */
export function userAndGroups(): Command {
  return { program: 'whoami', args: ['/user', '/groups', '/fo', 'csv', '/nh'] };
}

/** The user, and then the privileges of the session (name, description, state): their names are the same in every language. */
export function userAndPrivileges(): Command {
  return { program: 'whoami', args: ['/user', '/priv', '/fo', 'csv', '/nh'] };
}
