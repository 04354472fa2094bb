// What clients get where an endpoint has no record: another record of the port may answer, with its own certificate.

import { portOf } from '../formats/http-sys/endpoint.ts';
import type { StoreCertificate } from '../model/certificate.ts';
import type { Chain } from '../model/chain.ts';
import type { Evidence } from '../model/evidence.ts';
import { allCertificates } from './certificates.ts';
import { recordsNaming } from './records.ts';

/** The certificate that clients get instead, as far as it is known here, and the record that gives it to them. */
export interface StandIn {
  readonly thumbprint: string;
  readonly certificate?: StoreCertificate;
  /** In words: `the record of 0.0.0.0:443`. */
  readonly through: string;
}

/** Undefined where the record is there, or was not read, or nobody was given a certificate. */
export function standInFor(
  { endpoint, record, handshake }: Pick<Chain, 'endpoint' | 'record' | 'handshake'>,
  evidence: Evidence,
): StandIn | undefined {
  if (!record.known || record.value !== undefined || !evidence.records.known) return undefined;
  if (!handshake?.known || handshake.value.outcome !== 'certificate') return undefined;
  const { thumbprint } = handshake.value;
  const answering = recordsNaming(thumbprint, evidence.records.value).find(
    (each) => each.endpoint.table === 'ip' && portOf(each.endpoint) === portOf(endpoint),
  );
  const certificate = allCertificates(evidence).find((each) => each.thumbprint === thumbprint);
  const through = answering === undefined ? 'something else on its port' : `the record of ${answering.endpoint.name}`;
  return { thumbprint, through, ...(certificate && { certificate }) };
}
