// Where this Windows is, and how its paths are opened from this process. Pure: nothing here looks at a disk.

import type { Places } from '../model/evidence.ts';

/** CreateFile takes 260 characters, some of them for a short name; `\\?\` lifts that (Microsoft, Maximum Path Length). */
const LONGEST_PLAIN_PATH = 240;

const FULL_PATH = /^[a-z]:\\[^/:*?"<>|]+$/i;

/** Reads the two folders from the environment of the process; undefined where SystemRoot is not a full path. */
export function windowsPlaces(environment: NodeJS.ProcessEnv): Places | undefined {
  const systemRoot = fullPath(environment, 'SystemRoot');
  if (systemRoot === undefined) return undefined;
  const drive = systemRoot.slice(0, 2);
  return { systemRoot, programData: fullPath(environment, 'ProgramData') ?? `${drive}\\ProgramData` };
}

/** A variable whatever its case, as Windows has it; a copy of process.env is an ordinary object that tells them apart. */
export function variable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const found = Object.keys(environment).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : environment[found];
}

function fullPath(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const path = variable(environment, name)?.replace(/\\+$/, '') ?? '';
  const climbs = path.split('\\').some((part) => /^\.+$/.test(part));
  return FULL_PATH.test(path) && !climbs ? path : undefined;
}

/** The folder that shows a 32-bit process the real System32; other processes do not see it (File System Redirector). */
export const sysnativeFolder = (systemRoot: string): string => `${systemRoot}\\Sysnative`;

/** How node:fs and CreateProcess are given a path: through Sysnative where that is there, and long ones marked as such. */
export function hostPathOnWindows(systemRoot: string, sysnative: boolean): (path: string) => string {
  const system32 = `${systemRoot}\\System32`;
  return (path) => {
    const below = `${path}\\`.toLowerCase().startsWith(`${system32}\\`.toLowerCase());
    return longPath(sysnative && below ? sysnativeFolder(systemRoot) + path.slice(system32.length) : path);
  };
}

/** A long path in the form that has no length limit; a short one as it is. */
export function longPath(path: string): string {
  if (path.length <= LONGEST_PLAIN_PATH || path.startsWith('\\\\?\\')) return path;
  return path.startsWith('\\\\') ? `\\\\?\\UNC\\${path.slice(2)}` : `\\\\?\\${path}`;
}
