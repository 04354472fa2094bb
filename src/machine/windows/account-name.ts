// The account's name as people write it: whoami prints it in the console's code page, which nobody names.

import { variable } from './windows-paths.ts';

/**
 * `printed` with its lost letters (question marks) as the environment has them, where both are the same name otherwise.
 * For people to read only: who somebody is, the SID says.
 */
export function accountName(printed: string, environment: NodeJS.ProcessEnv): string {
  if (!printed.includes('?')) return printed;
  const ours = `${variable(environment, 'USERDOMAIN') ?? ''}\\${variable(environment, 'USERNAME') ?? ''}`;
  // A letter may have been two bytes, so two question marks.
  const kept = printed.split(/\?+/).map((part) => part.replace(/[\\^$.*+(){}|[\]]/g, '\\$&'));
  return new RegExp(`^${kept.join('[^\\0-\\x7f]+')}$`, 'i').test(ours) ? ours : printed;
}
