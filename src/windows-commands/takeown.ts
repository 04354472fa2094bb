// takeown: a file to the Administrators, who may then say who may do what with it.

import type { Command } from '../model/repair/command.ts';

/** The group owns it, never the person who asks: what one administrator can do, the next one can take back. */
export const takeForAdministrators = (path: string): Command => ({ program: 'takeown', args: ['/F', path, '/A'] });
