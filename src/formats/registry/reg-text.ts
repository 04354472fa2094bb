// The text layer of .reg files: which encoding, which version, and text out of a range.

import { fail, ok, type Result } from '../../model/result.ts';

/** A .reg file as code units, so that one scanner reads UTF-16 and 8-bit files alike without making one huge string. */
export interface RegText {
  /** UTF-16 code units, or bytes of an 8-bit file. */
  readonly units: Uint16Array | Uint8Array;
  /** Index of the first unit after the header line. */
  readonly start: number;
  /** 4: strings inside hex data are ANSI; 5: they are UTF-16LE. */
  readonly version: 4 | 5;
  readonly slice: (from: number, to: number) => string;
}

const HEADERS = new Map<string, 4 | 5>([
  ['REGEDIT4', 4],
  ['Windows Registry Editor Version 5.00', 5],
]);

/** Finds encoding and version. `reg export` writes UTF-16LE with a BOM; editors leave UTF-8; version 4 is ANSI. */
export function openRegText(bytes: Uint8Array): Result<RegText> {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return fail('line 1: big-endian UTF-16 is not a .reg encoding');
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return openUtf16(bytes.subarray(2));
  if (bytes[0] === 0x57 && bytes[1] === 0) return openUtf16(bytes);
  const utf8Bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return openBytes(utf8Bom ? bytes.subarray(3) : bytes, utf8Bom);
}

function openUtf16(bytes: Uint8Array): Result<RegText> {
  if (bytes.length % 2 !== 0) return fail('the file ends in the middle of a UTF-16 character');
  // Buffer.slice() would be a view of the same bytes.
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  const units = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
  const view = Buffer.from(aligned.buffer, aligned.byteOffset, aligned.length);
  return withHeader(units, (from, to) => view.toString('utf16le', from * 2, to * 2));
}

function openBytes(bytes: Uint8Array, utf8Bom: boolean): Result<RegText> {
  // Version 4 is in the ANSI code page of the writer, which the file does not name; 1252 is the one to assume.
  const ansi = !utf8Bom && bytes[0] === 0x52;
  const decoder = new TextDecoder(ansi ? 'windows-1252' : 'utf-8', { ignoreBOM: true });
  return withHeader(bytes, (from, to) => decoder.decode(bytes.subarray(from, to)));
}

function withHeader(units: Uint16Array | Uint8Array, slice: RegText['slice']): Result<RegText> {
  const lineEnd = units.indexOf(0x0a);
  const end = lineEnd < 0 ? units.length : lineEnd;
  // No header is longer; a file without line ends must not become one huge string.
  const version = HEADERS.get(slice(0, Math.min(end, 100)).trim());
  if (version === undefined) return fail('line 1: not the header of a .reg file');
  return ok({ units, start: end, version, slice });
}

/** The 1-based line of a unit. */
export function lineOf(text: RegText, at: number): number {
  let line = 1;
  for (let next = text.units.indexOf(0x0a); next >= 0 && next < at; next = text.units.indexOf(0x0a, next + 1)) line++;
  return line;
}
