// The file that `icacls DIR /save FILE /t` writes: a relative name, then its SDDL, line by line, in UTF-16LE.

import { fail, ok, type Result } from '../../model/result.ts';

/** SDDL by lower-case name, relative to the parent of DIR. The file has no BOM when icacls wrote it. */
export function readIcaclsSave(bytes: Uint8Array): Result<ReadonlyMap<string, string>> {
  if (bytes.length % 2 !== 0) return fail('the file ends in the middle of a UTF-16 character');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf16le')
    .replace(/^\ufeff/, '');
  const end = endOfLines(text);
  if (end < 0) return fail('it is empty');
  const count = linesBefore(text, end);
  if (count % 2 !== 0) return fail(`line ${count}: a name without its permissions`);
  const found = new Map<string, string>();
  // Thousands of key files share a few descriptors: one that is like the last is that one.
  let sddl = '';
  for (let line = 1, at = 0; line <= count; line += 2) {
    const nameEnd = text.indexOf('\n', at);
    const next = text.indexOf('\n', nameEnd + 1);
    const name = lineOf(text, at, nameEnd);
    if (name === '') return fail(`line ${line}: no name`);
    const written = lineOf(text, nameEnd + 1, next < 0 || next > end ? end : next);
    if (!/^[OGDS]:/.test(written)) return fail(`line ${line + 1}: no permissions`);
    if (written !== sddl) sddl = written;
    found.set(name.toLowerCase(), sddl);
    at = next + 1;
  }
  return ok(found);
}

/** A line without its line end. */
const lineOf = (text: string, start: number, end: number): string =>
  text.slice(start, end > start && text[end - 1] === '\r' ? end - 1 : end);

/** Where the last line ends that is not empty; -1 where there is none. */
function endOfLines(text: string): number {
  let end = text.length;
  while (end >= 0) {
    const start = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1;
    if (end > 0 && lineOf(text, start, end) !== '') return end;
    end = start - 1;
  }
  return -1;
}

function linesBefore(text: string, end: number): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
