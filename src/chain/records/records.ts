// Finding SSL records among those that were read.

import { groupBy, once } from '../../model/once.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import type { Endpoint, SslRecord } from '../../model/server/ssl-record.ts';

/** The record of an endpoint in a list of records; undefined where there is none. */
export const recordAt = (records: readonly SslRecord[], endpoint: Endpoint): SslRecord | undefined =>
  byEndpoint(records).get(endpointKey(endpoint));

/** The records that name this certificate in its own store. Empty where the records were not read. */
export const recordsUsing = (certificate: StoreCertificate, { records }: Evidence): readonly SslRecord[] =>
  (records.known && byCertificate(records.value).get(certificateKey(certificate.store, certificate.thumbprint))) || [];

/** The records that name this certificate, in whichever store. */
export const recordsNaming = (thumbprint: string, records: readonly SslRecord[]): readonly SslRecord[] =>
  byThumbprint(records).get(thumbprint) ?? [];

const byThumbprint = once((records: readonly SslRecord[]) => groupBy(records, (record) => record.thumbprint));

/** The one spelling of a store and a thumbprint as a map key; '' is MY. */
const certificateKey = (store: string, thumbprint: string): string => `${(store || 'MY').toLowerCase()} ${thumbprint}`;

const byEndpoint = once(
  (records: readonly SslRecord[]) => new Map(records.map((record) => [endpointKey(record.endpoint), record])),
);

const byCertificate = once((records: readonly SslRecord[]) =>
  groupBy(records, (record) => certificateKey(record.store, record.thumbprint)),
);
