// A System32 whose programs are small shell scripts.

import { chmodSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramHost } from '../../src/machine/programs/run-program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Scripts by program name below System32 (`inetsrv/appcmd`), as drive C: of `folder`. */
export function programFolder(
  programs: Readonly<Record<string, string>>,
  mode = 0o755,
): ProgramHost & { readonly folder: string } {
  const files = Object.entries(programs).map(
    ([name, script]) => [`Windows/System32/${name}.exe`, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`] as const,
  );
  const folder = realpathSync(temporaryFolder(Object.fromEntries(files)));
  mkdirSync(join(folder, 'Windows', 'System32'), { recursive: true });
  for (const [file] of files) chmodSync(join(folder, file), mode);
  return {
    folder,
    places: { systemRoot: 'C:\\Windows', programData: 'C:\\ProgramData' },
    environment: {},
    hostPath: (path) => join(folder, path.slice(3).replaceAll('\\', '/')),
  };
}
