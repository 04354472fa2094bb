// The environment that Windows programs are started with: small, so that nothing planted in ours steers them.

import type { Places } from '../../model/server/evidence.ts';
import { variable } from '../windows/windows-paths.ts';

/** Variables that name the computer, the account and its folders; programs look things up in them. */
const TAKEN_OVER = [
  'APPDATA',
  'COMPUTERNAME',
  'LOCALAPPDATA',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
  'ProgramFiles',
  'TEMP',
  'TMP',
  'USERDOMAIN',
  'USERNAME',
  'USERPROFILE',
] as const;

/** The clean environment. PATH is System32 alone: a program of another folder must not be found by its bare name. */
export function programEnvironment(places: Places, environment: NodeJS.ProcessEnv): Record<string, string> {
  const taken = TAKEN_OVER.flatMap((name) => {
    const value = variable(environment, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(taken),
    SystemRoot: places.systemRoot,
    windir: places.systemRoot,
    SystemDrive: places.systemRoot.slice(0, 2),
    ProgramData: places.programData,
    ALLUSERSPROFILE: places.programData,
    PATH: `${places.systemRoot}\\System32`,
    PATHEXT: '.COM;.EXE',
  };
}
