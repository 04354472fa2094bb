// self-heal.json: what unattended runs remember of each other.

import * as v from 'valibot';
import { fail, ok, type Result } from '../model/result.ts';
import type { Ledger } from '../model/run/ledger.ts';

const FORMAT_VERSION = 1;

/** Attempts of a day, failures of the present findings: of thousands of bindings too it stays below this. */
const MOST_BYTES = 8 * 1024 * 1024;

const time = v.pipe(
  v.string(),
  v.check((text) => new Date(text).toJSON() === text),
);
const texts = v.array(v.string());
const awaiting = v.strictObject({ runId: v.string(), at: time, findings: texts, endpoints: texts });
const ledger = v.strictObject({
  formatVersion: v.literal(FORMAT_VERSION),
  seenAt: time,
  looks: v.array(time),
  attempts: v.array(v.strictObject({ at: time, subjects: texts })),
  failures: v.array(
    v.strictObject({ finding: v.string(), count: v.pipe(v.number(), v.integer(), v.minValue(1)), at: time }),
  ),
  awaiting: v.optional(awaiting),
});

/** Reads the file; one of another shape is an error: limits that cannot be read cannot be kept. */
export function readLedgerFile(bytes: Uint8Array): Result<Ledger> {
  if (bytes.length > MOST_BYTES) return fail(`it is longer than ${MOST_BYTES} bytes`);
  try {
    const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as {
      formatVersion?: unknown;
    } | null;
    const checked = v.safeParse(ledger, json);
    if (!checked.success && typeof json?.formatVersion === 'number' && json.formatVersion !== FORMAT_VERSION)
      return fail(`it has format version ${json.formatVersion}, and this program reads ${FORMAT_VERSION}`);
    if (!checked.success) return fail('it is not a memory of this program');
    const { formatVersion: _, awaiting: waits, ...rest } = checked.output;
    return ok({ ...rest, ...(waits && { awaiting: waits }) });
  } catch {
    return fail('it is not JSON');
  }
}

/** The file as readLedgerFile reads it. */
export const writeLedgerFile = (content: Ledger): Uint8Array =>
  Buffer.from(`${JSON.stringify({ formatVersion: FORMAT_VERSION, ...content }, null, 2)}\n`);
