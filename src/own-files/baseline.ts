// The file that remembers healthy states: JSON, versioned, public data only.

import * as v from 'valibot';
import { fail, ok, type Result } from '../model/result.ts';
import type { Baseline } from '../model/server/healthy-state.ts';
import { LARGEST_OWN_FILE } from '../model/server/places.ts';
import { recordSchema } from './record-schema.ts';

const FORMAT_VERSION = 2;

/** More than 31 states of a server with thousands of bindings take. */
const MOST_BYTES = 64 * 1024 * 1024;

/** More than thinning ever leaves: see chain/healthy-state.ts. */
const MOST_STATES = 31;

const text = v.string();
const number = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const thumbprint = v.pipe(text, v.regex(/^(?:[0-9A-F]{40})?$/));
/** As toISOString writes it, so that times compare as text. */
const time = v.pipe(
  text,
  v.check((value) => !Number.isNaN(Date.parse(value)) && new Date(value).toISOString() === value),
);

const binding = v.strictObject({ siteId: number, site: text, information: text, sslFlags: number });
const certificate = v.strictObject({ thumbprint, store: text, subject: text, names: v.array(text), notAfter: time });
/** Absent where nothing was accepted, and in files of earlier versions. */
const accepted = v.exactOptional(v.array(v.strictObject({ host: text, thumbprint })));

const state = v.pipe(
  v.strictObject({
    firstSeen: time,
    lastSeen: time,
    records: v.array(recordSchema),
    bindings: v.array(binding),
    certificates: v.array(certificate),
    accepted,
  }),
  v.check(({ firstSeen, lastSeen }) => firstSeen <= lastSeen),
);

const baseline = v.strictObject({
  formatVersion: v.literal(FORMAT_VERSION),
  states: v.pipe(
    v.array(state),
    v.minLength(1),
    v.maxLength(MOST_STATES),
    v.check((states) => states.every(({ lastSeen }, at) => lastSeen <= (states[at - 1]?.lastSeen ?? lastSeen))),
  ),
});

/** Reads the file; a file of another shape or version is an error that says where, never half a baseline. */
export function readBaselineFile(bytes: Uint8Array): Result<Baseline> {
  if (bytes.length > MOST_BYTES) return fail(`the baseline is larger than ${MOST_BYTES} bytes`);
  const content = contentOf(bytes);
  if (content === undefined) return fail('the baseline is not JSON');
  const checked = v.safeParse(baseline, content.json);
  if (checked.success) return ok({ states: checked.output.states });
  const version = (content.json as { formatVersion?: unknown } | null)?.formatVersion;
  if (typeof version === 'number' && version !== FORMAT_VERSION)
    return fail(`the baseline has format version ${version}, and this program reads ${FORMAT_VERSION}`);
  return fail(`the baseline is not one of this program${placeOf(v.getDotPath(checked.issues[0]))}`);
}

function contentOf(bytes: Uint8Array): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}

/** Names of the file itself are not repeated where they could be anything. */
const placeOf = (path: string | null): string =>
  path !== null && /^[\w.]{1,80}$/.test(path) ? `: ${path} is not as it should be` : '';

/** The file as readBaselineFile reads it: one line for each state, and no more than may be read again. */
export function writeBaselineFile({ states }: Baseline, largest = LARGEST_OWN_FILE): Uint8Array {
  const all = states.map((each) => JSON.stringify(each));
  const lines = fitting(all, largest).join(',\n');
  return Buffer.from(`{ "formatVersion": ${FORMAT_VERSION}, "states": [\n${lines}\n] }\n`);
}

/** The newest of them, as many as fit, and one at least. */
function fitting(lines: readonly string[], largest: number): readonly string[] {
  let room = largest - 100;
  const end = lines.findIndex((line, at) => {
    room -= Buffer.byteLength(line) + 2;
    return room < 0 && at > 0;
  });
  return end < 0 ? lines : lines.slice(0, end);
}
