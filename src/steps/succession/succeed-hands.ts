// Whose hands bind a successor: netsh, record by record, or IIS, which takes every binding of the old certificate.

import type { CandidateCertificate } from '../../chain/certificates/able.ts';
import { findCertificate } from '../../chain/certificates/certificates.ts';
import { fitsAt } from '../../chain/certificates/succession.ts';
import { usableBySystem } from '../../chain/certificates/usable.ts';
import type { SupersededRecord } from '../../chain/records/superseded.ts';
import type { Blocked, Hands, Step } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { isOurs } from '../../model/server/record-owner.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { placesOf } from '../records/rebind-certificate.ts';
import { boundTo, type NextCertificate, rebindThroughAppcmd } from '../records/rebind-through-appcmd.ts';
import { succeedSteps } from './succeed-record.ts';

/** What is done, by whose hands, to which records. */
export interface Succeeded {
  readonly through: Hands;
  readonly steps: readonly Step[];
  readonly records: readonly SslRecord[];
  readonly effects: readonly string[];
}

/** Through netsh, record by record; through IIS where a person wants that, or netsh here cannot and IIS makes it just so. */
export function bindSuccessor(
  superseded: SupersededRecord,
  chosen: CandidateCertificate,
  evidence: Evidence,
  how: Planning,
): Succeeded | Blocked {
  const { through, way } = how.choices;
  const netsh = throughNetsh(superseded, chosen, evidence, how);
  const isWanted = through === 'appcmd' || way === 're-bind-appcmd';
  if (!isWanted && (!('blocked' in netsh) || through === 'netsh')) return netsh;
  const alone = whyAlone(superseded, chosen, evidence);
  if (alone !== undefined)
    return 'blocked' in netsh
      ? netsh
      : { ...netsh, effects: [...netsh.effects, `${alone}: netsh does it for this record alone.`] };
  const iis = throughIis(superseded, chosen, evidence, how);
  return 'blocked' in iis && !isWanted ? netsh : iis;
}

function throughNetsh(
  { record, canReturn }: SupersededRecord,
  chosen: CandidateCertificate,
  evidence: Evidence,
  { host }: Planning,
): Succeeded | Blocked {
  const wanted = { ...record, thumbprint: chosen.certificate.thumbprint, store: storeFor(chosen, record, evidence) };
  const steps = succeedSteps(record, wanted, canReturn, host, 'for the new certificate, every setting kept');
  if (!steps.ok) return { blocked: true, why: `the SSL record cannot be made for another certificate: ${steps.error}` };
  const effects = [`New connections to ${record.endpoint.name} fail for a moment.`];
  return { through: 'netsh', steps: steps.value, records: [record], effects };
}

function throughIis(
  { record }: SupersededRecord,
  chosen: CandidateCertificate,
  evidence: Evidence,
  { host }: Planning,
): Succeeded | Blocked {
  const next: NextCertificate = {
    thumbprint: chosen.certificate.thumbprint,
    storeFor: (each) => storeFor(chosen, each, evidence),
  };
  const iis = rebindThroughAppcmd(record.thumbprint, evidence, host, next);
  if ('blocked' in iis) return iis;
  const effects = [
    `IIS binds it in the place of the old certificate wherever that is bound: ${placesOf(iis.records, evidence)}. What it changes beside that is put back through netsh.`,
    ...iis.records.map(({ endpoint }) => `New connections to ${endpoint.name} fail for a moment.`),
  ];
  return { through: 'appcmd', steps: iis.steps, records: iis.records, effects };
}

/** IIS takes every binding of the old certificate: why it must not, as the beginning of a sentence. */
function whyAlone({ record, canReturn }: SupersededRecord, { certificate }: CandidateCertificate, evidence: Evidence) {
  if (!canReturn) return 'IIS could not give the old record back';
  const other = boundTo(record.thumbprint, evidence).find(
    (each) => !isOurs(each) || !fitsAt(certificate.thumbprint, each, evidence),
  );
  return other && `IIS would bind it to ${placesOf([other], evidence)} too, where it does not belong`;
}

/** The store that the record names, where the certificate lies there too and can be used. */
function storeFor({ certificate }: CandidateCertificate, { store }: SslRecord, evidence: Evidence): string {
  const there = findCertificate(evidence, store, certificate.thumbprint);
  if (!there.known || there.value === undefined) return certificate.store;
  const usable = usableBySystem(there.value, evidence);
  return there.value === certificate || (usable.known && usable.value) ? store : certificate.store;
}
