// From bytes to text and back without losing one of them.

import { isAscii, isUtf8 } from 'node:buffer';
import { fail, ok, type Result } from '../../model/result.ts';

/** The number of the line that `index` (UTF-16 code units) lies in, counted from 1. */
export function lineOf(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** The byte order of UTF-16 bytes, by their mark or by a first character `<`; undefined for any other bytes. */
export function utf16Order(bytes: Uint8Array): 'little' | 'big' | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'little';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'big';
  return undefined;
}

/**
 * The text of an XML file of IIS, a byte order mark included as U+FEFF, so that encodeText gives the same bytes again.
 * Refuses everything but UTF-8: an edit of a file in another encoding could not promise to leave the other bytes alone.
 */
export function decodeText(bytes: Uint8Array): Result<string> {
  if (bytes.length === 0) return fail('it is empty: 0 bytes');
  if (utf16Order(bytes)) return fail('it is in another encoding: UTF-16 instead of UTF-8');
  if (!isUtf8(bytes)) {
    const bad = firstDifference(bytes, encodeText(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)));
    return fail(`it is in another encoding: byte ${bad} ${onLine(bytes, bad)} is not UTF-8`);
  }
  // ASCII, as most of these files are, is copied as it is.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const nul = text.indexOf('\0');
  if (nul !== -1) return fail(`it is damaged: a NUL character on line ${lineOf(text, nul)}`);
  const declared = /^\uFEFF?<\?xml[ \t\r\n][^>]*?encoding[ \t\r\n]*=[ \t\r\n]*["']([^"']*)["']/.exec(text)?.[1];
  if (declared !== undefined && declared.toLowerCase() !== 'utf-8') {
    return fail(`it is in another encoding: its first line says ${declared.slice(0, 40)} instead of UTF-8`);
  }
  return ok(text);
}

/** Exactly the bytes that decodeText read; U+FEFF at the start becomes the byte order mark again. */
export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Offset of the first byte that decoding replaced. */
function firstDifference(bytes: Uint8Array, again: Uint8Array): number {
  const found = bytes.findIndex((byte, at) => byte !== again[at]);
  // What is cut within EF BF BD begins as that which it is replaced by.
  return found === -1 ? bytes.lastIndexOf(0xef) : found;
}

function onLine(bytes: Uint8Array, at: number): string {
  return `on line ${lineOf(new TextDecoder('latin1').decode(bytes.subarray(0, at)), at)}`;
}
