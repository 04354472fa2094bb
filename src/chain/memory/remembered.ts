// The record of an endpoint in the states that were seen healthy.

import { endpointOfBinding } from '../../formats/http-sys/endpoint.ts';
import { once } from '../../model/once.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import type { Baseline, BaselineState } from '../../model/server/healthy-state.ts';
import type { Endpoint, SslRecord } from '../../model/server/ssl-record.ts';
import { type CandidateCertificate, serves, withKeyState } from '../certificates/able.ts';
import { findCertificate } from '../certificates/certificates.ts';

/** The newest of them; undefined where none was seen, or it could not be read. */
export const newestState = ({ baseline }: Evidence): BaselineState | undefined =>
  baseline.known ? baseline.value?.states[0] : undefined;

/** The record of this endpoint in the newest healthy state that had an https binding for it. */
export function remembered(endpoint: Endpoint, evidence: Evidence): SslRecord | undefined {
  if (!evidence.baseline.known || evidence.baseline.value === undefined) return undefined;
  return rememberedRecords(evidence.baseline.value).get(endpointKey(endpoint));
}

/** By endpoint key. A record without a binding is nobody's: another program may have had it, and taken it away. */
const rememberedRecords = once(({ states }: Baseline): ReadonlyMap<string, SslRecord> => {
  const found = new Map<string, SslRecord>();
  for (const { records, bindings } of states) {
    const bound = new Set(
      bindings
        .map(({ information, sslFlags }) => endpointOfBinding(information, sslFlags))
        .map((endpoint) => (endpoint.ok ? endpointKey(endpoint.value) : '')),
    );
    for (const record of records) {
      const key = endpointKey(record.endpoint);
      if (bound.has(key) && !found.has(key)) found.set(key, record);
    }
  }
  return found;
});

/** That record with its certificate, where it can serve, or can once its key is moved: every setting is known then. */
export function rememberedCandidate(
  endpoint: Endpoint,
  evidence: Evidence,
): (CandidateCertificate & { readonly record: SslRecord }) | undefined {
  const record = remembered(endpoint, evidence);
  if (record === undefined) return undefined;
  const found = findCertificate(evidence, record.store, record.thumbprint);
  if (!found.known || found.value === undefined || !serves(found.value, evidence)) return undefined;
  const [candidate] = withKeyState(found.value, evidence);
  return candidate && { ...candidate, record };
}
