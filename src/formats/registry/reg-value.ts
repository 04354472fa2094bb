// One value of a .reg file: its quoted name, and its data in any of the written forms.

import type { RegText } from './reg-text.ts';

/** Registry types by name; a type without a name of its own keeps its number. */
export type RegType = 'sz' | 'expand' | 'binary' | 'dword' | 'qword' | 'multi' | 'none' | number;

/** The type and the raw bytes as the registry holds them. */
export interface RegData {
  readonly type: RegType;
  readonly data: Uint8Array;
}

/** One value; `name` is '' for the default value `@`. Strings are UTF-16LE as stored, numbers little endian. */
export interface RegValue extends RegData {
  readonly name: string;
}

/** A value's line as it was written last, and the line that stood below it then. */
export interface SeenLine {
  readonly name: string;
  readonly lowerName: string;
  /** The range of the name as written, its quotes included. */
  start: number;
  nameEnd: number;
  /** Where the whole of it ends, and what it says; undefined where it deletes. */
  end: number;
  value: RegValue | undefined;
  below: SeenLine | undefined;
}

/**
 * Where the scanner stands. Hex data is decoded into one pool for the whole file and handed out as views of it: two
 * digits and a comma give one byte, so the pool is a third of the units, and there is one allocation for 10,000 blobs.
 * The same dword is one object throughout the file: 10,000 SSL records hold 60,000 of them, and nearly all are alike.
 */
export interface RegScan {
  readonly text: RegText;
  readonly pool: Uint8Array;
  /** By their digits as written. */
  readonly dwords: Map<string, RegData>;
  /** By name: the keys of one kind have the same few values, in one order, and most of them are alike. */
  readonly seen: Map<string, SeenLine>;
  /** Above the first value of every key. */
  readonly beforeFirst: SeenLine;
  above: SeenLine;
  at: number;
  used: number;
}

/** Stands behind the header. */
export function openScan(text: RegText): RegScan {
  const beforeFirst = { name: '', lowerName: '', start: 0, nameEnd: 0, end: 0, value: undefined, below: undefined };
  return {
    text,
    pool: Buffer.allocUnsafeSlow(Math.ceil(text.units.length / 3)),
    dwords: new Map(),
    seen: new Map(),
    beforeFirst,
    above: beforeFirst,
    at: text.start,
    used: 0,
  };
}

const TYPE_NAMES: readonly RegType[] = ['none', 'sz', 'expand', 'binary', 'dword', 5, 6, 'multi', 8, 9, 10, 'qword'];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** More than any byte, also when shifted: what is no hex digit has this value, so that one comparison tests two digits. */
const NO_DIGIT = 0x1000;

/** Value of a hex digit by code unit. */
const DIGITS = new Uint16Array(0x10000).fill(NO_DIGIT);
for (let digit = 0; digit < 16; digit++) {
  DIGITS[digit.toString(16).charCodeAt(0)] = digit;
  DIGITS[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** Steps over blanks within a line. */
export function skipBlanks(scan: RegScan): void {
  const { units } = scan.text;
  while (units[scan.at] === 0x20 || units[scan.at] === 0x09) scan.at++;
}

/** Reads a quoted string, standing on its opening quote; undefined when it never ends. Line ends may be part of it. */
export function readQuoted(scan: RegScan): string | undefined {
  const { units } = scan.text;
  let escaped = false;
  for (let at = scan.at + 1; at < units.length; at++) {
    const unit = units[at];
    if (unit === BACKSLASH) {
      escaped = true;
      at++;
    } else if (unit === QUOTE) {
      const raw = scan.text.slice(scan.at + 1, at);
      scan.at = at + 1;
      return escaped ? raw.replace(/\\([\s\S])/g, '$1') : raw;
    }
  }
  return undefined;
}

/** Reads the data after the equals sign; undefined when it is in no form we know, with `scan.at` near the fault. */
export function readData(scan: RegScan): RegData | undefined {
  if (scan.text.units[scan.at] === QUOTE) {
    const string = readQuoted(scan);
    return string === undefined ? undefined : { type: 'sz', data: Buffer.from(`${string}\0`, 'utf16le') };
  }
  if (isHex(scan)) {
    scan.at += 4;
    const bytes = readHex(scan);
    return bytes && { type: 'binary', data: bytes };
  }
  // The longest form is `hex(ffffffff):`.
  const form = /^(?:(dword):([0-9a-f]{1,8})(?![0-9a-f])|hex(?:\(([0-9a-f]{1,8})\))?:)/i.exec(
    scan.text.slice(scan.at, scan.at + 16),
  );
  if (form === null) return undefined;
  scan.at += form[0].length;
  if (form[1] !== undefined) return dwordData(scan, form[2] ?? '');
  const number = form[3] === undefined ? 3 : Number.parseInt(form[3], 16);
  const data = readHex(scan);
  if (data === undefined) return undefined;
  const type = TYPE_NAMES[number] ?? number;
  const isText = type === 'sz' || type === 'expand' || type === 'multi';
  return { type, data: isText && scan.text.version === 4 ? widenAnsi(data) : data };
}

/** `hex:`, what nearly every byte of a large file belongs to. */
const isHex = ({ text: { units }, at }: RegScan): boolean =>
  units[at] === 0x68 && units[at + 1] === 0x65 && units[at + 2] === 0x78 && units[at + 3] === 0x3a;

function dwordData(scan: RegScan, digits: string): RegData | undefined {
  // Fewer digits are fine when the line ends after them; at the end of the file they are a cut.
  if (digits.length < 8 && scan.at >= scan.text.units.length) return undefined;
  const seen = scan.dwords.get(digits);
  if (seen !== undefined) return seen;
  const data = Buffer.alloc(4);
  data.writeUInt32LE(Number.parseInt(digits, 16));
  const dword: RegData = { type: 'dword', data };
  scan.dwords.set(digits, dword);
  return dword;
}

function readHex(scan: RegScan): Uint8Array | undefined {
  const { pool } = scan;
  const { units } = scan.text;
  const last = units.length - 1;
  const first = scan.used;
  let out = first;
  let at = continued(units, scan.at);
  for (let begun = at; ; begun = at) {
    // The hot loop of an 80 MB file: every index is checked here, so that no read can be undefined.
    let isWhole = false;
    while (at < last) {
      const byte = ((DIGITS[units[at] as number] as number) << 4) | (DIGITS[units[at + 1] as number] as number);
      if (byte > 0xff) break;
      pool[out++] = byte;
      at += 2;
      if (units[at] !== COMMA) {
        isWhole = true;
        break;
      }
      at++;
    }
    if (isWhole) {
      scan.at = at;
      scan.used = out;
      return pool.subarray(first, out);
    }
    // Behind a comma the line may end; what then follows must be a byte.
    if (at === begun || isDigit(units, at)) {
      // Only a value that ends on its own line may have no digits at all.
      const empty = out === first && !isDigit(units, at) && units[scan.at] !== BACKSLASH;
      scan.at = at;
      return empty ? pool.subarray(first, first) : undefined;
    }
    at = continued(units, at);
  }
}

const isDigit = (units: RegText['units'], at: number): boolean =>
  at < units.length && DIGITS[units[at] as number] !== NO_DIGIT;

/** Steps over blanks, and over a backslash with its line end and the blanks of the next line. */
function continued(units: RegText['units'], from: number): number {
  let at = from;
  while (units[at] === 0x20 || units[at] === 0x09) at++;
  if (units[at] !== BACKSLASH) return at;
  at++;
  while (units[at] === 0x20 || units[at] === 0x09) at++;
  if (units[at] === 0x0d) at++;
  if (units[at] === 0x0a) at++;
  while (units[at] === 0x20 || units[at] === 0x09) at++;
  return at;
}

/** Version 4 writes the strings of hex(1), hex(2) and hex(7) in the ANSI code page. */
function widenAnsi(data: Uint8Array): Uint8Array {
  return Buffer.from(new TextDecoder('windows-1252').decode(data), 'utf16le');
}

/** Where the line ends that the scanner stands in. */
export function lineEnd(scan: RegScan): number {
  const end = scan.text.units.indexOf(0x0a, scan.at);
  return end < 0 ? scan.text.units.length : end;
}
