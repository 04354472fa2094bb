// Another process that has a file open, as an editor or a backup program has.

import { openSync, writeFileSync } from 'node:fs';

/** UV_FS_O_EXLOCK of libuv: CreateFile without any sharing. Only Windows knows it, and node:fs does not name it. */
const NO_SHARING = 0x10000000;

/** Holds the file until the process is ended, `none` shared or `all` (read, write and delete); makes `readyFile` when it does. */
export function hold(file: string, sharing: string, readyFile: string): void {
  openSync(file, sharing === 'none' ? NO_SHARING : 'r');
  writeFileSync(readyFile, 'held');
  setInterval(() => {}, 60_000);
}
