// manifest.json and handshakes.json of an evidence folder, format version 1.

import * as v from 'valibot';
import { fail, ok, type Result } from '../model/result.ts';
import type { Greeted, Handshake, Identity } from '../model/server/evidence.ts';
import { known, unasked } from '../model/server/known.ts';

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

const base64 = v.pipe(v.string(), v.maxLength(100_000), v.base64());
/** Longer chains than clients accept are cut when they are written. */
const MOST_SENT = 20;

const certificate = v.object({
  outcome: v.literal('certificate'),
  thumbprint: v.pipe(v.string(), v.regex(/^[0-9A-F]{40}$/)),
  protocol: v.pipe(v.string(), v.regex(/^(?:TLSv1(?:\.[1-3])?|SSLv3)?$/)),
  sent: v.exactOptional(v.pipe(v.array(base64), v.maxLength(MOST_SENT))),
});
const noTls = v.object({ outcome: v.literal('no-tls'), detail: v.string() });
const noConnection = v.object({ outcome: v.literal('no-connection'), detail: v.string() });
const handshake = v.variant('outcome', [certificate, noTls, noConnection]);

/** Whom it was with. A version before this one made one handshake an endpoint, and did not say with whom. */
const greeting = {
  // A link-local one with its zone: fe80::1%12.
  address: v.pipe(
    v.string(),
    v.check((text) => v.is(v.pipe(v.string(), v.ip()), text.replace(/%[0-9a-z]{1,20}$/i, ''))),
  ),
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535)),
  name: v.pipe(v.string(), v.maxLength(255)),
};
const greeted = v.variant('outcome', [
  v.object({ ...greeting, ...certificate.entries }),
  v.object({ ...greeting, ...noTls.entries }),
  v.object({ ...greeting, ...noConnection.entries }),
  // The time for all greetings was over before its turn: whoever judges the folder must not take it for a greeting less.
  v.object({ ...greeting, outcome: v.literal('not-reached'), detail: v.string() }),
]);
const handshakes = v.record(
  v.pipe(v.string(), v.regex(/^(?:ip|sni|ccs|scoped-ccs) .*\d$/)),
  v.union([v.array(greeted), handshake]),
);

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

const FILE = { kind: 'file', path: 'handshakes.json' } as const;

/** Reads the handshakes by endpoint key (see endpointKey). */
export function readRecordedHandshakes(bytes: Uint8Array): Result<ReadonlyMap<string, readonly Greeted[]>> {
  const json = readJson(bytes);
  if (!json.ok) return json;
  const checked = v.safeParse(handshakes, json.value);
  if (!checked.success) return fail('it is no list of handshakes');
  const lists = Object.entries(checked.output).map(
    ([key, of]) => [key, Array.isArray(of) ? of.map(readGreeted) : [{ got: known(readHandshake(of), FILE) }]] as const,
  );
  return ok(new Map(lists));
}

function readGreeted({ address, port, name, ...got }: v.InferOutput<typeof greeted>): Greeted {
  const met = { address, port, name };
  if (got.outcome === 'not-reached') return { greeting: met, got: unasked(FILE, got.detail) };
  return { greeting: met, got: known(readHandshake(got), FILE) };
}

function readHandshake(got: v.InferOutput<typeof handshake>): Handshake {
  if (got.outcome !== 'certificate') return got;
  const { sent, ...rest } = got;
  return { ...rest, ...(sent && { sent: sent.map((text) => new Uint8Array(Buffer.from(text, 'base64'))) }) };
}

/** The text of handshakes.json. What could not be asked is not in it, but for whom there was no time. */
export function greetedText(all: ReadonlyMap<string, readonly Greeted[]>): string {
  const lists = [...all].map(([key, of]) => [key, of.flatMap(writtenGreeted)] as const);
  return `${JSON.stringify(Object.fromEntries(lists), null, 2)}\n`;
}

function writtenGreeted({ greeting, got }: Greeted): readonly object[] {
  if (!got.known) return got.unasked ? [{ ...greeting, outcome: 'not-reached', detail: got.why }] : [];
  if (got.value.outcome !== 'certificate') return [{ ...greeting, ...got.value }];
  const { sent, ...rest } = got.value;
  return [
    {
      ...greeting,
      ...rest,
      ...(sent && { sent: sent.slice(0, MOST_SENT).map((der) => Buffer.from(der).toString('base64')) }),
    },
  ];
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
