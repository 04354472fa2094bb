// A checksum over a JSON value, whatever order its keys stand in. It finds damage; it is no signature.

import { createHash } from 'node:crypto';

/** `sha256:` and the hash of the value's one spelling. */
export const checksum = (content: unknown): string =>
  `sha256:${createHash('sha256').update(canonical(content)).digest('hex')}`;

/** One spelling of a JSON value: keys in the order of their code units, no blanks. What JSON leaves out is left out. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}
