// Where this Windows is, and how its paths are opened from this process. Pure: nothing here looks at a disk.

/** CreateFile takes 260 characters, some of them for a short name; `\\?\` lifts that (Microsoft, Maximum Path Length). */
const LONGEST_PLAIN_PATH = 240;

const FULL_PATH = /^[a-z]:\\[^/:*?"<>|]+$/i;

/**
 * The Windows folder, from the files that the loader has mapped into this process: ntdll.dll comes from System32 whatever
 * the environment says (a 32-bit process has it from SysWOW64). Undefined where there is not exactly one full path.
 */
export function systemRootOf(sharedObjects: readonly string[]): string | undefined {
  const roots = sharedObjects.flatMap((path) => /^(.+)\\(?:System32|SysWOW64)\\ntdll\.dll$/i.exec(path)?.[1] ?? []);
  const [root] = roots.map((path) => path.replace(/^\\\\\?\\(?=[a-z]:)/i, ''));
  return root !== undefined && roots.length === 1 && isFullPath(root) ? root : undefined;
}

/** ProgramData as the registry has it, where the one variable in it can only be the drive of Windows. */
export function programDataOf(written: string, systemRoot: string): string | undefined {
  const path = written.replace(/^%SystemDrive%/i, systemRoot.slice(0, 2)).replace(/\\+$/, '');
  // Letters outside ASCII do not survive the way through the console; a path that may be another one is none.
  return isFullPath(path) && /^[ -~]+$/.test(path) && !path.includes('%') ? path : undefined;
}

/** A variable whatever its case, as Windows has it; a copy of process.env is an ordinary object that tells them apart. */
export function variable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const found = Object.keys(environment).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : environment[found];
}

/** A folder on a drive, without a step up in it. */
export function isFullPath(path: string): boolean {
  return FULL_PATH.test(path) && !path.split('\\').some((part) => /^\.+$/.test(part));
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
