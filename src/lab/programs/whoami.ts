// whoami.exe: who calls, and in which groups.

import { type Caller, type LabProgram, printed } from '../program.ts';
import { answerOf } from '../unknowns.ts';
import { complained } from './complaint.ts';

/**
 * `whoami` alone, or with `/user`, `/groups`, `/priv` and `/fo csv [/nh]`. Two parts are parted by an empty line. The other formats
 * are refused: nothing reads them.
 */
export const whoami: LabProgram = (args, server, caller) => {
  const words = args.map((argument) => argument.toLowerCase());
  if (words.length === 0) return printed([caller.name.toLowerCase()]);
  const format = words.indexOf('/fo');
  const rest = words.filter((_, index) => format < 0 || (index !== format && index !== format + 1));
  const unknown = rest.find((word) => !['/user', '/groups', '/priv', '/nh'].includes(word));
  if (unknown !== undefined || words[format + 1] !== 'csv') {
    return complained(
      [`ERROR: Invalid argument/option - '${unknown ?? words[format + 1] ?? ''}'.`, 'Type "WHOAMI /?" for usage.'],
      1,
    );
  }
  const header = !rest.includes('/nh');
  const parts: (readonly string[])[] = [];
  if (rest.includes('/user')) {
    parts.push([...(header ? ['"User Name","SID"'] : []), row([caller.name.toLowerCase(), caller.sid])]);
  }
  if (rest.includes('/groups') && answerOf(server.facts, 'groups-of-the-session') === 'not-read')
    return complained(['ERROR: Unable to get group membership information.'], 1, parts.flat());
  if (rest.includes('/groups')) {
    parts.push([...(header ? ['"Group Name","Type","SID","Attributes"'] : []), ...groups(caller).map(row)]);
  }
  if (rest.includes('/priv')) {
    parts.push([...(header ? ['"Privilege Name","Description","State"'] : []), ...privileges(caller).map(row)]);
  }
  return printed(parts.flatMap((part, index) => (index === 0 ? part : ['', ...part])));
};

const row = (fields: readonly string[]): string => fields.map((field) => `"${field}"`).join(',');

const ENABLED = 'Mandatory group, Enabled by default, Enabled group';

/** The groups of a local administrator, elevated or not, or of LocalSystem. Attribute text as Windows prints it. */
function groups(caller: Caller): readonly (readonly string[])[] {
  const administrators = ['BUILTIN\\Administrators', 'Alias', 'S-1-5-32-544'];
  if (caller.sid === 'S-1-5-18') {
    return [
      [...administrators, 'Enabled by default, Enabled group, Group owner'],
      ['Everyone', 'Well-known group', 'S-1-1-0', ENABLED],
      ['NT AUTHORITY\\Authenticated Users', 'Well-known group', 'S-1-5-11', ENABLED],
      ['Mandatory Label\\System Mandatory Level', 'Label', 'S-1-16-16384', ''],
    ];
  }
  const level = caller.elevated ? ['High', 'S-1-16-12288'] : ['Medium', 'S-1-16-8192'];
  return [
    ['Everyone', 'Well-known group', 'S-1-1-0', ENABLED],
    [...administrators, caller.elevated ? `${ENABLED}, Group owner` : 'Group used for deny only'],
    ['BUILTIN\\Users', 'Alias', 'S-1-5-32-545', ENABLED],
    caller.withoutPassword
      ? ['NT AUTHORITY\\NETWORK', 'Well-known group', 'S-1-5-2', ENABLED]
      : ['NT AUTHORITY\\INTERACTIVE', 'Well-known group', 'S-1-5-4', ENABLED],
    ['NT AUTHORITY\\Authenticated Users', 'Well-known group', 'S-1-5-11', ENABLED],
    ['NT AUTHORITY\\Local account', 'Well-known group', 'S-1-5-113', ENABLED],
    [`Mandatory Label\\${level[0]} Mandatory Level`, 'Label', level[1] ?? '', ''],
  ];
}

/** Some of those of an administrator, elevated or not, and of LocalSystem: from Microsoft's reference, no transcript of the lab's own. */
function privileges(caller: Caller): readonly (readonly string[])[] {
  const ofAll = [
    ['SeShutdownPrivilege', 'Shut down the system', 'Disabled'],
    ['SeChangeNotifyPrivilege', 'Bypass traverse checking', 'Enabled'],
    ['SeIncreaseWorkingSetPrivilege', 'Increase a process working set', 'Disabled'],
  ];
  if (!caller.elevated) return ofAll;
  return [
    ['SeTakeOwnershipPrivilege', 'Take ownership of files or other objects', 'Disabled'],
    ['SeBackupPrivilege', 'Back up files and directories', 'Disabled'],
    ['SeDebugPrivilege', 'Debug programs', 'Disabled'],
    ...ofAll,
  ];
}
