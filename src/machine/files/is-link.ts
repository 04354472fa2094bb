// Links on the way to a file: an elevated program must not follow one that somebody else has laid.

import { lstatSync } from 'node:fs';

/** True for a symbolic link; on Windows node calls a junction one too. */
export const isLink = (hostPath: string): boolean =>
  lstatSync(hostPath, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
