// The file that `icacls DIR /save FILE /t` writes: a relative name, then its SDDL, line by line, in UTF-16LE.

import { fail, ok, type Result } from '../../model/result.ts';

/** SDDL by lower-case name, relative to the parent of DIR. The file has no BOM when icacls wrote it. */
export function readIcaclsSave(bytes: Uint8Array): Result<ReadonlyMap<string, string>> {
  if (bytes.length % 2 !== 0) return fail('the file ends in the middle of a UTF-16 character');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf16le')
    .replace(/^\ufeff/, '');
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return fail('it is empty');
  if (lines.length % 2 !== 0) return fail(`line ${lines.length}: a name without its permissions`);
  const found = new Map<string, string>();
  for (let line = 0; line < lines.length; line += 2) {
    const [name = '', sddl = ''] = lines.slice(line, line + 2);
    if (name === '') return fail(`line ${line + 1}: no name`);
    if (!/^[OGDS]:/.test(sddl)) return fail(`line ${line + 2}: no permissions`);
    found.set(name.toLowerCase(), sddl);
  }
  return ok(found);
}
