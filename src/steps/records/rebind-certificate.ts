// Every binding of a certificate run again: through netsh, record by record, or through IIS's own appcmd.

import { chainsAt } from '../../chain/join.ts';
import { recordsUsing } from '../../chain/records/records.ts';
import type { Blocked, Hands, Risk, Step } from '../../model/repair/plan.ts';
import type { Host, Planning } from '../../model/repair/planning.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { isOurs, ownerName } from '../../model/server/record-owner.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { rebindSteps } from './rebind.ts';
import { rebindThroughAppcmd } from './rebind-through-appcmd.ts';

/** The steps, whose hands do it, and every record that it touches. */
export interface Rebind {
  readonly through: Hands;
  readonly risk: Risk;
  readonly steps: readonly Step[];
  readonly records: readonly SslRecord[];
  readonly effects: readonly string[];
}

/** As a person chose; where nobody did, netsh, and appcmd where only that can leave the records as they are. */
export function rebindCertificate(
  certificate: StoreCertificate,
  evidence: Evidence,
  { host, choices }: Planning,
): Rebind | Blocked {
  const records = recordsUsing(certificate, evidence);
  const foreign = records.filter((record) => !isOurs(record));
  const made = throughHands(certificate, records.filter(isOurs), evidence, { host, choices });
  return 'blocked' in made ? made : { ...made, effects: [...made.effects, ...foreign.map(leftWords)] };
}

/** A record of another product is that product's, also where it uses the certificate. */
const leftWords = (record: SslRecord): string =>
  `${record.endpoint.name} uses the certificate too, and is left to ${ownerName(record)}.`;

function throughHands(
  certificate: StoreCertificate,
  records: readonly SslRecord[],
  evidence: Evidence,
  { host, choices }: Pick<Planning, 'host' | 'choices'>,
): Rebind | Blocked {
  const netsh = throughNetsh(records, host);
  if (choices.through === 'appcmd') return throughAppcmd(certificate, records, evidence, host);
  if (!('blocked' in netsh) || choices.through === 'netsh') return netsh;
  const appcmd = throughAppcmd(certificate, records, evidence, host);
  return 'blocked' in appcmd && appcmd.refused ? netsh : appcmd;
}

function throughNetsh(records: readonly SslRecord[], host: Host): Rebind | Blocked {
  const rebinds = records.map((record) => rebindSteps(record, host));
  const refused = rebinds.find((each) => !each.ok);
  if (refused !== undefined)
    return { blocked: true, why: `the SSL record cannot be made again exactly: ${refused.error}` };
  const steps = rebinds.flatMap((each) => (each.ok ? each.value : []));
  return { through: 'netsh', risk: 'safe', steps, records, effects: [] };
}

/** IIS knows its own bindings alone: what else uses the certificate is netsh's, as always. */
function throughAppcmd(
  certificate: StoreCertificate,
  records: readonly SslRecord[],
  evidence: Evidence,
  host: Host,
): Rebind | Blocked {
  const iis = rebindThroughAppcmd(certificate.thumbprint, evidence, host);
  if ('blocked' in iis) return iis;
  const others = throughNetsh(
    records.filter((record) => !iis.records.includes(record)),
    host,
  );
  if ('blocked' in others || iis.records.length === 0) return others;
  return {
    through: 'appcmd',
    risk: iis.records.length > 1 ? 'disruptive' : 'safe',
    steps: [...iis.steps, ...others.steps],
    records: [...iis.records, ...others.records],
    effects: [
      `IIS runs every binding of the certificate again: ${placesOf(iis.records, evidence)}. What it changes of their SSL records is put back through netsh.`,
    ],
  };
}

/** The endpoints with their sites, in words. */
export const placesOf = (records: readonly SslRecord[], evidence: Evidence): string =>
  records
    .map(({ endpoint }) => {
      const sites = chainsAt(endpoint, evidence).map(({ site }) => site.name);
      return `${endpoint.name} (${[...new Set(sites)].join(', ')})`;
    })
    .join('; ');
