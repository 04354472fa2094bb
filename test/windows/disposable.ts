// Where the harnesses for a real Windows may run: they make and break sites, certificates, records and services of the host.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What the refusal looks at. */
export interface Here {
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
  /** The exit code of a program, by its full path. */
  readonly exitCode: (file: string) => number | null;
}

const HERE: Here = {
  platform: process.platform,
  environment: process.env,
  exists: existsSync,
  exitCode: (file) => spawnSync(file, { stdio: 'ignore', windowsHide: true }).status,
};

/** The environment variable by which somebody says that nothing on this server is needed any more, and what it must be. */
const DISPOSABLE = { name: 'IIS_SSL_HEAL_DISPOSABLE', value: 'yes' } as const;

/** Why nothing is done here, as one sentence; undefined on an elevated prompt of a disposable Windows server with IIS. */
export function refusal({ platform, environment, exists, exitCode }: Here = HERE): string | undefined {
  if (platform !== 'win32') return 'This runs on a Windows server with IIS only, and this computer is none.';
  const system32 = `${environment.SystemRoot ?? 'C:\\Windows'}\\System32`;
  if (!exists(`${system32}\\inetsrv\\appcmd.exe`)) return 'IIS is not installed here: there is no inetsrv\\appcmd.exe.';
  if (environment[DISPOSABLE.name] !== DISPOSABLE.value)
    return `This changes sites, certificates and SSL records of this server: set ${DISPOSABLE.name}=${DISPOSABLE.value} where it can be thrown away.`;
  // It lists filter drivers, which Windows lets nobody do who is not elevated; nothing is read of what it prints.
  if (exitCode(`${system32}\\fltmc.exe`) !== 0) return 'Start this from an elevated prompt.';
  return undefined;
}
