// From bytes to text and back without losing one of them.

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
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const bad = firstDifference(bytes, encodeText(text));
  if (bad !== -1) return fail(`it is in another encoding: byte ${bad} ${onLine(bytes, bad)} is not UTF-8`);
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

/** Offset of the first byte that decoding replaced; -1 where none was. */
function firstDifference(bytes: Uint8Array, again: Uint8Array): number {
  if (Buffer.compare(bytes, again) === 0) return -1;
  return bytes.findIndex((byte, at) => byte !== again[at]);
}

function onLine(bytes: Uint8Array, at: number): string {
  return `on line ${lineOf(new TextDecoder('latin1').decode(bytes.subarray(0, at)), at)}`;
}
