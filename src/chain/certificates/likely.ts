// What a binding without a host name had for a certificate: nothing in it says so. A record of another program, or a
// certificate that another server's name is on, must never be taken for it only because nothing else is left.

import { hostOfBinding, portOf } from '../../formats/http-sys/endpoint.ts';
import { groupBy, once } from '../../model/once.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import type { Site } from '../../model/server/iis-config.ts';
import { type Endpoint, IIS_APP_ID, type SslRecord } from '../../model/server/ssl-record.ts';
import { chainsOfSite, chainsWithHost } from '../join.ts';
import { recordsNaming } from '../records/records.ts';
import type { CandidateCertificate } from './able.ts';
import type { Candidates } from './candidates.ts';
import { coversHost, isOfComputer, nameOf, namesOf } from './certificates.ts';

/** An endpoint without a record, the sites that have it, and the records that are left. */
export interface Lost {
  readonly endpoint: Endpoint;
  readonly sites: readonly Site[];
  readonly records: readonly SslRecord[];
}

/**
 * Certain is only what nothing speaks against: the one usable certificate with a full name that is neither another
 * program's nor explained by the host names of other sites, if it is made out to this computer or to a host name of the
 * site itself, and no other site uses it.
 */
export function withoutHost(
  all: readonly CandidateCertificate[],
  lost: Lost,
  evidence: Evidence,
): Omit<Candidates, 'offered'> {
  const isLeft = ({ certificate }: CandidateCertificate) => mayHaveBeen(certificate, lost, evidence);
  const only = all.find(isLeft);
  if (only === undefined)
    return {
      why: 'no usable certificate has a full name and is free of other programs and of the names of other sites',
    };
  if (all.some((each) => each !== only && isLeft(each)))
    return { why: 'several certificates fit, and no earlier state says which' };
  if (only.doubt !== undefined) return { why: only.doubt };
  const reason = madeOutTo(only.certificate, lost, evidence);
  if (reason === undefined)
    return {
      why: `${nameOf(only.certificate)} is made out neither to this computer nor to an http host name of the site`,
    };
  const elsewhere = recordsNaming(only.certificate.thumbprint, lost.records).find(
    (each) => !isOwn(each, lost, evidence),
  );
  if (elsewhere !== undefined)
    return { why: `${nameOf(only.certificate)} is in use at ${elsewhere.endpoint.name} too` };
  return { certain: only, why: `it is the only usable certificate left, and made out to ${reason}` };
}

/** Nothing speaks against it: no other program uses it, and no other site's host names explain it. */
export const mayHaveBeen = (certificate: StoreCertificate, lost: Lost, evidence: Evidence): boolean =>
  isForClients(certificate, lost.records) && !belongsElsewhere(certificate, lost, evidence);

/** It has a full name, and no record of another program uses it. */
const isForClients = (certificate: StoreCertificate, records: readonly SslRecord[]): boolean =>
  namesOf(certificate).some((name) => name.includes('.')) &&
  !recordsNaming(certificate.thumbprint, records).some(isOfOtherProgram);

/** A record without an application id, or with zeros, is a damaged one of IIS. */
const isOfOtherProgram = ({ appId }: SslRecord): boolean => appId !== IIS_APP_ID && /[1-9a-f]/i.test(appId);

/** Each of its names is the host of another site's https binding, which uses it or has lost its own record. */
function belongsElsewhere(certificate: StoreCertificate, { sites }: Lost, evidence: Evidence): boolean {
  return namesOf(certificate).every((name) =>
    chainsWithHost(name, evidence).some(
      ({ site, record }) =>
        !sites.includes(site) &&
        record.known &&
        (record.value === undefined || record.value.thumbprint === certificate.thumbprint),
    ),
  );
}

/** In words, for a sentence; undefined where it is made out to neither. */
function madeOutTo(certificate: StoreCertificate, { sites }: Lost, evidence: Evidence): string | undefined {
  if (isOfComputer(certificate, evidence))
    return `this computer (${evidence.computerName.known && evidence.computerName.value})`;
  const http = sites.flatMap(({ bindings }) => bindings).filter(({ protocol }) => protocol.toLowerCase() === 'http');
  const hosts = http.map(({ information }) => hostOfBinding(information)).filter((host) => host !== '');
  const host = hosts.find((each) => coversHost(certificate, each));
  return host === undefined ? undefined : `${host}, an http host name of the site`;
}

const isOwn = (record: SslRecord, { sites }: Lost, evidence: Evidence): boolean =>
  sites.some((site) =>
    chainsOfSite(site, evidence).some(({ endpoint }) => endpointKey(endpoint) === endpointKey(record.endpoint)),
  );

/** What no endpoint changes: what covers the computer's name comes first, then what is made for clients, then the rest. */
export function likelihood(certificate: StoreCertificate, records: readonly SslRecord[], evidence: Evidence): number {
  if (isOfComputer(certificate, evidence)) return 0;
  return isForClients(certificate, records) ? 1 : 2;
}

/** The order in which a person is offered certificates: before all others what the same site uses, then what the port does. */
export function inOrder<Each extends CandidateCertificate>(
  candidates: readonly Each[],
  { endpoint, sites, records }: Lost,
  evidence: Evidence,
): readonly Each[] {
  const own = new Set(
    sites.flatMap((site) => chainsOfSite(site, evidence)).map(({ record }) => record.known && record.value?.thumbprint),
  );
  const ofPort = new Set(
    recordsByPort(records)
      .get(portOf(endpoint))
      ?.map(({ thumbprint }) => thumbprint),
  );
  const isOwnOne = ({ certificate }: Each) => own.has(certificate.thumbprint);
  const others = candidates.filter((each) => !isOwnOne(each));
  return [
    ...candidates.filter(isOwnOne),
    ...others.filter(({ certificate }) => ofPort.has(certificate.thumbprint)),
    ...others.filter(({ certificate }) => !ofPort.has(certificate.thumbprint)),
  ];
}

const recordsByPort = once((records: readonly SslRecord[]) => groupBy(records, ({ endpoint }) => portOf(endpoint)));
