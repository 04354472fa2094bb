// Overwrites secrets in a configuration file in place: by as many `*`, so that every other byte keeps its position.

import { type Assignment, assignments } from '../console/assignments.ts';
import { utf16Order } from '../xml/text.ts';

/** The bytes without their secrets, and what was overwritten, as `element@attribute`, each once. */
export interface Redacted {
  readonly bytes: Uint8Array;
  readonly names: readonly string[];
}

/** Attributes that are secrets by name, whatever element they stand on: machineKey and connection strings included. */
const secretName =
  /(?:password|passwd|pwd|passphrase|secret|credentials?|connection_?string|(?<!public_?key)token|(?:validation|decryption|encryption|session|api|access|private|account|shared|signing|master)[-_]?key)$/i;

/** A setting whose own name or key says that its value is a secret, such as an environment variable of FastCGI. */
const secretSetting =
  /passw|pwd|passphrase|secret|token|credential|connection.?string|(?:api|access|private|account).?key/i;

/** What IIS has encrypted itself; the server that holds the key can open it. */
const encrypted = /\[enc:[^"'<>\]]*\]?/g;

interface Blank {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/**
 * Scans the characters, not the XML, so that a damaged file and a comment lose their secrets too: rather a character too
 * many than one too few. Bytes that are no UTF-16 are taken one by one, so their encoding does not matter.
 */
export function redactSecrets(bytes: Uint8Array): Redacted {
  const order = utf16Order(bytes);
  const units = order === 'big' ? swapped(bytes) : Buffer.from(bytes);
  const text = units.toString(order ? 'utf16le' : 'latin1');
  const blanks = findSecrets(text).filter(({ start, end }) => /[^*]/.test(text.slice(start, end)));
  const width = order ? 2 : 1;
  for (const { start, end } of blanks) units.fill(order ? '*\0' : '*', start * width, end * width, 'latin1');
  const names = [...new Set(blanks.map((blank) => blank.name))];
  return { bytes: order === 'big' ? swapped(units) : units, names };
}

function findSecrets(text: string): readonly Blank[] {
  return [...text.matchAll(/<[^<]*|^[^<]+/g)].flatMap((piece) => {
    const found = assignments(text, piece.index, piece.index + piece[0].length);
    const element = /^<([\w:.-]+)/.exec(piece[0].slice(0, 80))?.[1] ?? '';
    const isSecret = found.some((one) => isSecretSetting(text, one))
      ? ({ name }: Assignment) => secretName.test(name) || name.toLowerCase() === 'value'
      : ({ name }: Assignment) => secretName.test(name);
    const byName = found.filter(isSecret).map((one) => ({ ...one, name: `${element}@${one.name}` }));
    const byValue = [...piece[0].matchAll(encrypted)].map((one) => {
      const start = piece.index + one.index;
      return { start, end: start + one[0].length, name: `${element}@[enc:...]` };
    });
    return [...byName, ...byValue];
  });
}

const isSecretSetting = (text: string, { name, start, end }: Assignment): boolean =>
  /^(?:name|key)$/i.test(name) && secretSetting.test(text.slice(start, end));

/** UTF-16 in the other byte order; an odd last byte stays where it is. */
function swapped(bytes: Uint8Array): Buffer {
  const even = bytes.length - (bytes.length % 2);
  return Buffer.concat([Buffer.from(bytes.subarray(0, even)).swap16(), bytes.subarray(even)]);
}
