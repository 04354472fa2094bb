// The .reg files that this program writes itself.

import type { RegFile } from './reg-file.ts';

/** The first line of every .reg file since Windows 2000; alone, it is a whole file. */
export const REG_HEADER = 'Windows Registry Editor Version 5.00';

/** The bytes of a .reg file without a key: ASCII, which is UTF-8 too, so that a cmd script can write the same. */
export const emptyReg = (): Uint8Array => Buffer.from(`${REG_HEADER}\r\n`);

/** No key at all, not even an empty one; `reg export` itself never writes such a file. */
export const isEmptyReg = (file: RegFile): boolean => file.keys.size === 0;

/** UTF-16LE with BOM, version 5, as `reg import` wants it. `store` is a LocalMachine store. */
export function storeEntryRegFile(store: string, thumbprint: string, blob: Uint8Array): Uint8Array {
  const key = `HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\${store}\\Certificates\\${thumbprint}`;
  const hex = [...blob].map((byte) => byte.toString(16).padStart(2, '0')).join(',');
  const text = `\uFEFFWindows Registry Editor Version 5.00\r\n\r\n[${key}]\r\n"Blob"=hex:${hex}\r\n`;
  return Buffer.from(text, 'utf16le');
}
