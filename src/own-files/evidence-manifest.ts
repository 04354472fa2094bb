// manifest.json and handshakes.json of an evidence folder, format version 1.

import * as v from 'valibot';
import type { Handshake, Identity } from '../model/evidence.ts';
import { fail, ok, type Result } from '../model/result.ts';

/** What the collector wrote of itself. Everything but the version may be missing. */
export interface EvidenceManifest {
  readonly formatVersion: 1;
  readonly computer?: string | undefined;
  readonly osBuild?: number | string | undefined;
  readonly machineGuid?: string | undefined;
  /** ISO 8601. */
  readonly collectedAt?: string | undefined;
  readonly identity?: Identity | undefined;
}

const text = v.fallback(v.optional(v.string()), undefined);
const identity = v.object({ sid: v.string(), name: v.string(), elevated: v.boolean() });
const time = v.pipe(
  v.string(),
  v.check((written) => Number.isFinite(Date.parse(written))),
);

// A field of another shape is as good as a missing one: nothing but the version decides whether the folder is readable.
const manifest = v.object({
  formatVersion: v.literal(1),
  computer: text,
  osBuild: v.fallback(v.optional(v.union([v.number(), v.string()])), undefined),
  machineGuid: text,
  collectedAt: v.fallback(v.optional(time), undefined),
  identity: v.fallback(v.optional(identity), undefined),
});

const handshake = v.variant('outcome', [
  v.object({
    outcome: v.literal('certificate'),
    thumbprint: v.pipe(v.string(), v.regex(/^[0-9A-F]{40}$/)),
    protocol: v.pipe(v.string(), v.regex(/^(?:TLSv1(?:\.[1-3])?|SSLv3)?$/)),
  }),
  v.object({ outcome: v.literal('no-tls'), detail: v.string() }),
  v.object({ outcome: v.literal('no-connection'), detail: v.string() }),
]);

/** Reads the manifest; a folder of another version is refused whole. */
export function readEvidenceManifest(bytes: Uint8Array): Result<EvidenceManifest> {
  const json = readJson(bytes);
  if (!json.ok) return json;
  const checked = v.safeParse(manifest, json.value);
  if (checked.success) return ok(checked.output);
  const version = v.safeParse(v.object({ formatVersion: v.unknown() }), json.value);
  if (!version.success) return fail('it has no formatVersion');
  return fail(`its formatVersion is ${JSON.stringify(version.output.formatVersion)}, and this program reads 1`);
}

/** Reads the handshakes by endpoint key (see endpointKey). */
export function readRecordedHandshakes(bytes: Uint8Array): Result<ReadonlyMap<string, Handshake>> {
  const json = readJson(bytes);
  if (!json.ok) return json;
  const checked = v.safeParse(v.record(v.pipe(v.string(), v.regex(/^(?:ip|sni|ccs) .*\d$/)), handshake), json.value);
  return checked.success ? ok(new Map(Object.entries(checked.output))) : fail('it is no list of handshakes');
}

/** JSON in UTF-8, with a byte order mark or without; PowerShell writes UTF-16 with one. */
function readJson(bytes: Uint8Array): Result<unknown> {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return ok(JSON.parse(new TextDecoder(encoding, { fatal: true }).decode(bytes)));
  } catch {
    return fail('it is not JSON');
  }
}
