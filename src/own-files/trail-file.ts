// The log of unattended runs: one JSON line each, in a file that is begun anew when it is long. Pure.

import type { TrailLine } from '../model/run/unattended.ts';

/** Bytes of one file; there are two at most. */
export const LONGEST_TRAIL = 256 * 1024;

/** The lines of a file, oldest first. One that a crash cut off, or that is none of ours, is passed over. */
export function readTrail(bytes: Uint8Array): readonly TrailLine[] {
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .flatMap((line) => {
      try {
        const value: unknown = JSON.parse(line);
        return isLine(value) ? [fromStored(value)] : [];
      } catch {
        return [];
      }
    });
}

/** A line as the file has it. */
type StoredLine = Omit<TrailLine, 'message'> & { readonly says: string };

const fromStored = ({ says, ...line }: StoredLine): TrailLine => ({ ...line, message: says });

function isLine(value: unknown): value is StoredLine {
  if (typeof value !== 'object' || value === null) return false;
  const { at, by, outcome, exitCode, findings, says } = value as Record<string, unknown>;
  const texts = [at, by, outcome, says].every((each) => typeof each === 'string');
  return texts && typeof exitCode === 'number' && Array.isArray(findings);
}

/** The file with one more line; `full`: it was long enough before, and is to be put aside first. */
export function withLine(
  before: Uint8Array,
  { message, ...line }: TrailLine,
): { readonly full: boolean; readonly bytes: Uint8Array } {
  const text = Buffer.from(`${JSON.stringify({ ...line, says: message } satisfies StoredLine)}\n`);
  if (before.length + text.length > LONGEST_TRAIL) return { full: true, bytes: text };
  const whole = before.length === 0 || before.at(-1) === 0x0a ? [] : [Buffer.from('\n')];
  return { full: false, bytes: Buffer.concat([before, ...whole, text]) };
}
