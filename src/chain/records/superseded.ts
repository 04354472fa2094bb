// SSL records that name a certificate which is gone, out of time, or soon so, while something lies in the stores that could take
// its place.

import { groupBy, once } from '../../model/once.ts';
import type { Chain } from '../../model/server/chain.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import { isCentralStore, type SslRecord } from '../../model/server/ssl-record.ts';
import { bindingsAt } from '../bindings.ts';
import { ableCertificates } from '../certificates/able.ts';
import { certificateNamed, coversHost, findCertificate, validityAt } from '../certificates/certificates.ts';
import { inOrder, type Lost, mayHaveBeen } from '../certificates/likely.ts';
import { isBackEnd, predecessorOf } from '../certificates/predecessor.ts';
import { type Succession, successionAt } from '../certificates/succession.ts';
import { usableBySystem } from '../certificates/usable.ts';
import { troubledChains } from '../join.ts';
import { factsOf } from '../meant.ts';
import { answersOf } from '../visit.ts';

/** What a record's own link says of its certificate. */
export const SUPERSEDED_CODES = ['certificate-missing', 'certificate-expired', 'certificate-superseded'] as const;

/** One record, and what could take the place of its certificate. */
export interface SupersededRecord extends Succession {
  /** Those whose visitors have the trouble. */
  readonly chains: readonly [Chain, ...Chain[]];
  readonly record: SslRecord;
  readonly code: (typeof SUPERSEDED_CODES)[number];
  /** It is gone, and visitors get it still: http.sys keeps what it has until the next reboot, and nothing gives that back. */
  readonly isKept: boolean;
  /** Whether the record could be made again as it is: its certificate is there, with a key for SYSTEM. */
  readonly canReturn: boolean;
}

/** All of them, by endpoint. Records of the central store name none. */
export const supersededRecords = once((evidence: Evidence): readonly SupersededRecord[] => {
  const told = troubledChains(evidence).filter((chain) => codeOf(chain) !== undefined);
  return [...groupBy(told, ({ endpoint }) => endpointKey(endpoint)).values()].flatMap((all) => {
    const chains = all as unknown as SupersededRecord['chains'];
    const [{ record }] = chains;
    const code = codeOf(chains[0]);
    if (!record.known || record.value === undefined || code === undefined || isCentralStore(record.value.endpoint))
      return [];
    const { value } = record;
    const succession = elsewhere(value, evidence) ?? successionAt(value, evidence) ?? hostless(value, evidence);
    if (succession === undefined) return [];
    const isKept = code === 'certificate-missing' && chains.some((chain) => getsIt(chain, value, evidence));
    return [{ ...succession, chains, record: value, code, isKept, canReturn: canReturn(value, evidence) }];
  });
});

function codeOf({ links }: Chain): SupersededRecord['code'] | undefined {
  const link = links.find(({ name }) => name === 'certificate');
  const isWrong = link?.state === 'broken' || link?.state === 'warning';
  return isWrong ? SUPERSEDED_CODES.find((code) => code === link.code) : undefined;
}

/** The record names the wrong store: nothing is surer than the very certificate. */
function elsewhere(record: SslRecord, evidence: Evidence): Succession | undefined {
  const own = ableCertificates(evidence).find(({ certificate }) => certificate.thumbprint === record.thumbprint);
  const hosts = bindingsAt(record.endpoint, evidence).map(({ host }) => host);
  if (own === undefined || findsIt(record, evidence)) return undefined;
  if (own.doubt !== undefined || !hosts.every((host) => host === '' || coversHost(own.certificate, host)))
    return undefined;
  const why = `this very certificate is in LocalMachine\\${own.certificate.store}`;
  return { offered: [own], certain: own, shown: true, why };
}

const findsIt = ({ store, thumbprint }: SslRecord, evidence: Evidence): boolean => {
  const found = findCertificate(evidence, store, thumbprint);
  return found.known && found.value !== undefined;
};

/** Without a host name, and without a memory of the certificate, only a person knows. */
function hostless(record: SslRecord, evidence: Evidence): Succession | undefined {
  const bound = bindingsAt(record.endpoint, evidence);
  if (!bound.some(({ host }) => host === '') || certificateNamed(record.thumbprint, evidence)) return undefined;
  if (predecessorOf(record, evidence) || isBackEnd(record, evidence) || !evidence.records.known) return undefined;
  const sites = [...new Set(bound.map(({ site }) => site))];
  const lost: Lost = { endpoint: record.endpoint, sites, records: evidence.records.value };
  const fitting = ableCertificates(evidence).filter(
    ({ certificate }) =>
      mayHaveBeen(certificate, lost, evidence) &&
      bound.every(({ host }) => host === '' || coversHost(certificate, host)),
  );
  const why = 'the binding has no host name, and nobody remembers which names the certificate had';
  return fitting.length === 0 ? undefined : { offered: inOrder(fitting, lost, evidence), shown: false, why };
}

/** Some visitor got the very certificate, which is still valid as far as is known. */
const getsIt = ({ greeted }: Chain, { thumbprint }: SslRecord, evidence: Evidence): boolean =>
  answersOf(greeted).some((answer) => {
    const facts = factsOf(answer, evidence);
    return answer.thumbprint === thumbprint && (!facts || validityAt(facts, evidence.collectedAt) === 'valid');
  });

function canReturn({ store, thumbprint }: SslRecord, evidence: Evidence): boolean {
  const found = findCertificate(evidence, store, thumbprint);
  if (!found.known || found.value === undefined) return false;
  const usable = usableBySystem(found.value, evidence);
  return !usable.known || usable.value;
}
