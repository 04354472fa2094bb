// Registry exports (.reg, version 4 and 5), written for stores of 10,000 certificates: one pass, no big strings.

import { fail, ok, type Result } from '../../model/result.ts';
import { lineOf, openRegText } from './reg-text.ts';
import { lineEnd, openScan, type RegScan, type RegValue } from './reg-value.ts';
import { readValueLine } from './value-line.ts';

export type { RegValue } from './reg-value.ts';

/** One key with its values by lower-case name. */
export interface RegKey {
  /** Full path as written. */
  readonly path: string;
  readonly values: ReadonlyMap<string, RegValue>;
}

/** The keys of a file by lower-case full path, as an import of the file would leave them. */
export interface RegFile {
  readonly keys: ReadonlyMap<string, RegKey>;
}

interface OpenKey {
  readonly path: string;
  readonly values: Map<string, RegValue>;
  readonly order: number;
}

/** What has been read so far. Deletions are settled at the end, so that many of them stay linear. */
interface Reading {
  readonly keys: Map<string, OpenKey>;
  readonly deletedAt: Map<string, number>;
  current: OpenKey | undefined;
  order: number;
}

/** The registry's own limit of nested keys. */
const MAX_DEPTH = 512;

const ROOTS = new Map([
  ['hklm', 'hkey_local_machine'],
  ['hkcu', 'hkey_current_user'],
  ['hkcr', 'hkey_classes_root'],
  ['hku', 'hkey_users'],
]);

/** Reads a whole .reg file. A line that cannot be understood makes the file malformed: what it hides is not known. */
export function readRegFile(bytes: Uint8Array): Result<RegFile> {
  const text = openRegText(bytes);
  if (!text.ok) return text;
  const { units } = text.value;
  const scan = openScan(text.value);
  const reading: Reading = { keys: new Map(), deletedAt: new Map(), current: undefined, order: 0 };
  for (;;) {
    skipEmptyLines(scan);
    if (scan.at >= units.length) break;
    const line = scan.at;
    const wrong = readLine(scan, reading);
    if (wrong !== undefined) return fail(`line ${lineOf(text.value, Math.max(line, scan.at))}: ${wrong}`);
  }
  settleDeletions(reading);
  return ok({ keys: reading.keys });
}

/** Where a path is found in RegFile.keys: lower case, roots written out. */
export function keyOf(path: string): string {
  const lower = path.toLowerCase();
  const rootEnd = lower.indexOf('\\');
  // Exports have the long names: they are not looked up.
  if (rootEnd > 4) return lower;
  const root = ROOTS.get(rootEnd < 0 ? lower : lower.slice(0, rootEnd));
  if (root === undefined) return lower;
  return root + (rootEnd < 0 ? '' : lower.slice(rootEnd));
}

/** The direct subkeys of a path that the file lists. Walks all keys once. */
export function subkeysOf(file: RegFile, path: string): readonly RegKey[] {
  const prefix = `${keyOf(path)}\\`;
  const found: RegKey[] = [];
  for (const [key, value] of file.keys) {
    if (key.startsWith(prefix) && !key.includes('\\', prefix.length)) found.push(value);
  }
  return found;
}

/** A string value without its NUL; undefined for other types. Variables stay as they are. */
export function regString(value: RegValue | undefined): string | undefined {
  if (value?.type !== 'sz' && value?.type !== 'expand') return undefined;
  const text = utf16(value.data);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** The strings of a multi-string value; undefined for other types. */
export function regStrings(value: RegValue | undefined): readonly string[] | undefined {
  if (value?.type !== 'multi') return undefined;
  return utf16(value.data)
    .split('\0')
    .filter((text) => text !== '');
}

/** A 32 or 64 bit number; undefined for other types and sizes. */
export function regNumber(value: RegValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  const { type, data } = value;
  if (type === 'dword' && data.length === 4) return word(data, 0);
  // Above 2^53 the nearest number there is.
  if (type === 'qword' && data.length === 8) return word(data, 4) * 2 ** 32 + word(data, 0);
  return undefined;
}

/** 32 bits without a sign. A DataView for each of 60,000 numbers was 3 % of a check of 10,000 sites. */
const word = (data: Uint8Array, at: number): number =>
  (((data[at + 3] ?? 0) << 24) | ((data[at + 2] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at] ?? 0)) >>> 0;

const utf16 = (data: Uint8Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength & ~1).toString('utf16le');

function skipEmptyLines(scan: RegScan): void {
  const { units } = scan.text;
  for (let unit = units[scan.at]; unit === 0x20 || (unit !== undefined && unit >= 0x09 && unit <= 0x0d); ) {
    scan.at++;
    unit = units[scan.at];
  }
}

/** Reads a comment, a key or a value; gives what is wrong with it, if anything. */
function readLine(scan: RegScan, reading: Reading): string | undefined {
  switch (scan.text.units[scan.at]) {
    case 0x3b: // ;
      scan.at = lineEnd(scan);
      return undefined;
    case 0x5b: // [
      return readKeyLine(scan, reading);
    case 0x22: // "
    case 0x40: // @
      return reading.order === 0 ? 'a value before any key' : readValueLine(scan, reading.current?.values);
    default:
      return 'neither a key, a value nor a comment';
  }
}

function readKeyLine(scan: RegScan, reading: Reading): string | undefined {
  const end = lineEnd(scan);
  const line = scan.text.slice(scan.at, end);
  // A key name may hold brackets itself; the last one closes.
  const close = line.lastIndexOf(']');
  if (close < 2) return 'a key without its closing bracket';
  const behind = line.slice(close + 1);
  if (behind !== '\r' && !/^\s*(?:;.*)?$/.test(behind)) return 'something follows the key';
  const deletion = line[1] === '-';
  const path = line.slice(deletion ? 2 : 1, close);
  const key = keyOf(path);
  if (key.length > MAX_DEPTH && key.split('\\', MAX_DEPTH + 2).length > MAX_DEPTH)
    return 'a key deeper than the registry allows';
  scan.at = end;
  scan.above = scan.beforeFirst;
  reading.order++;
  if (deletion) {
    reading.keys.delete(key);
    reading.deletedAt.set(key, reading.order);
    reading.current = undefined;
    return undefined;
  }
  reading.current = reading.keys.get(key) ?? { path, values: new Map(), order: reading.order };
  reading.keys.set(key, reading.current);
  return undefined;
}

/** A deleted key takes along everything below it that was made before. */
function settleDeletions(reading: Reading): void {
  if (reading.deletedAt.size === 0) return;
  for (const [path, key] of reading.keys) {
    for (let end = path.indexOf('\\'); end >= 0; end = path.indexOf('\\', end + 1)) {
      if ((reading.deletedAt.get(path.slice(0, end)) ?? 0) > key.order) {
        reading.keys.delete(path);
        break;
      }
    }
  }
}
