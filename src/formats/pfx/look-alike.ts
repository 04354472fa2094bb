// What a person took for a PFX, in words that help.

import { utf16Order } from '../xml/text.ts';

/** One clause about the file, which is no PFX, with the way out where there is one. */
export function notAPfx(bytes: Uint8Array): string {
  const text = textOf(bytes).trim();
  const framed = text.startsWith('-----BEGIN ');
  const body = framed ? text.replace(/^-----BEGIN [^\n]*|-----END .*$/gs, '') : text;
  if (isBase64OfPfx(body)) return 'it is a PFX written as base64 text: turn it back with certutil -decode FILE NEWFILE';
  return framed ? 'it is a PEM file, not a PFX' : 'it is not a PFX, or only a part of one, or damaged';
}

/** Enough of it to tell: the decoding is for certutil. PowerShell writes text as UTF-16. */
function textOf(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 10_000));
  const text = start.toString(utf16Order(start) === 'little' || start[1] === 0 ? 'utf16le' : 'utf8');
  return text.replace('\uFEFF', '');
}

/** A PFX begins as a sequence whose first value is the number 3. */
function isBase64OfPfx(text: string): boolean {
  const start = text.replace(/\s+/g, '').slice(0, 40);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(start)) return false;
  return /^30(?:[0-7].|8[0-4](?:..){0,4})020103/.test(Buffer.from(start, 'base64').toString('hex'));
}
