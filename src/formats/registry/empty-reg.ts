// A .reg file without a key: how an evidence folder says that a registry key was looked for and is not there.

import type { RegFile } from './reg-file.ts';

/** The first line of every .reg file since Windows 2000; alone, it is a whole file. */
export const REG_HEADER = 'Windows Registry Editor Version 5.00';

/** The bytes of a .reg file without a key: ASCII, which is UTF-8 too, so that a cmd script can write the same. */
export const emptyReg = (): Uint8Array => Buffer.from(`${REG_HEADER}\r\n`);

/** No key at all, not even an empty one; `reg export` itself never writes such a file. */
export const isEmptyReg = (file: RegFile): boolean => file.keys.size === 0;
