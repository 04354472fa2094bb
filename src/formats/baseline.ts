// The file that remembers the last healthy state: JSON, versioned, public data only.

import * as v from 'valibot';
import type { Baseline } from '../model/evidence.ts';
import { malformed, type Parsed, parsed } from '../model/parsed.ts';

const endpoint = v.object({ table: v.picklist(['ip', 'sni', 'ccs']), name: v.string() });
const record = v.object({
  endpoint,
  thumbprint: v.string(),
  appId: v.string(),
  store: v.string(),
  checkMode: v.number(),
  freshnessTime: v.number(),
  urlTimeout: v.number(),
  ctlIdentifier: v.string(),
  ctlStore: v.string(),
  flags: v.number(),
  notUnderstood: v.array(v.string()),
});
const baseline = v.object({ formatVersion: v.literal(1), savedAt: v.string(), records: v.array(record) });

/** Reads the file; a file of another shape or version is an error, never half a baseline. */
export function readBaselineFile(bytes: Uint8Array): Parsed<Baseline> {
  try {
    const checked = v.safeParse(baseline, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return checked.success ? parsed(checked.output) : malformed('the baseline is not one of this program');
  } catch {
    return malformed('the baseline is not JSON');
  }
}

/** The file as readBaselineFile reads it. */
export const writeBaselineFile = (content: Baseline): Uint8Array =>
  Buffer.from(`${JSON.stringify({ formatVersion: 1, ...content }, null, 2)}\n`);
