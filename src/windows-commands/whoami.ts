// whoami: who runs this program, by SID.

import type { Command } from '../model/repair/command.ts';

/** The user (name, SID) and then all groups (name, type, SID, attributes) as CSV without headings; names are translated. */
export function userAndGroups(): Command {
  return { program: 'whoami', args: ['/user', '/groups', '/fo', 'csv', '/nh'] };
}
