// takeown.exe: /F of one file, to the caller or with /A to the administrators. Its words are those of the documentation; no
// transcript was found.

import { setKeySddl } from '../permissions/acls.ts';
import { accessList, accessListText } from '../permissions/descriptors.ts';
import { type LabProgram, printed } from '../program.ts';
import { complained } from './complaint.ts';

/** `takeown /F PATH [/A]`: who may do everything else is left as it is. Exit code 1 for every failure. */
export const takeown: LabProgram = (args, server, caller) => {
  const words = args.map((word) => word.toUpperCase());
  const path = args[words.indexOf('/F') + 1];
  const strange = words.find((word) => word.startsWith('/') && word !== '/F' && word !== '/A');
  if (!words.includes('/F') || path === undefined || strange !== undefined)
    return complained(['ERROR: Invalid syntax.', 'Type "TAKEOWN /?" for usage.'], 1);
  const isFolder = server.disk.list(path) !== undefined;
  if (!isFolder && server.disk.read(path) === undefined)
    return complained(['ERROR: The system cannot find the file specified.'], 1);
  if (!caller.elevated)
    return complained(
      ['ERROR: The current logged on user does not have ownership privileges on', `the file (or folder) "${path}".`],
      1,
    );
  const toGroup = words.includes('/A');
  const list = accessListText(accessList(server, path, isFolder));
  setKeySddl(server, path, `O:${toGroup ? 'BA' : caller.sid}G:SY${list}`);
  const whose = toGroup ? 'the administrators group' : `user "${caller.name}"`;
  return printed(['', `SUCCESS: The file (or folder): "${path}" now owned by ${whose}.`]);
};
