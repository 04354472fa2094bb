// Gives site bindings their SNI flag back: the record by host name stands, and nothing but the configuration is edited.

import { serves } from '../../chain/certificates/able.ts';
import { coversHost, findCertificate, nameOf } from '../../chain/certificates/certificates.ts';
import { usableBySystem } from '../../chain/certificates/usable.ts';
import { fingerprint } from '../../chain/memory/fingerprint.ts';
import { lostSniFlag } from '../../chain/sni-flag.ts';
import { hostOfBinding } from '../../formats/http-sys/endpoint.ts';
import type { Blocked } from '../../model/repair/plan.ts';
import type { Host } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import type { Chain } from '../../model/server/chain.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import { isOurs } from '../../model/server/record-owner.ts';
import { type Endpoint, SNI_FLAG, type SslRecord } from '../../model/server/ssl-record.ts';
import { EDIT_EFFECT, editableConfig, editLeftovers } from '../config/edit-config.ts';
import { type BindingFlags, bindingFlagsSteps, type HeldRecord } from './binding-flags.ts';

/** Whether the record by host name of a binding without its flag would serve it. */
export const canHaveFlag = (chain: Chain, evidence: Evidence): boolean => ownRecord(chain, evidence).ok;

/** All of them in one write of the file. One whose record by host name would not serve it is refused. */
export function sniFlagBack(chains: readonly Chain[], evidence: Evidence, host: Host): Repair | Blocked {
  const config = editableConfig(evidence);
  if ('blocked' in config) return config;
  const changes: BindingFlags[] = [];
  const held: HeldRecord[] = [];
  const served: Endpoint[] = [];
  for (const chain of chains) {
    const own = ownRecord(chain, evidence);
    if (!own.ok) return { blocked: true, why: own.error, who: 'an administrator' };
    const { site, binding, record } = chain;
    changes.push({ site, binding, sslFlags: binding.sslFlags | SNI_FLAG });
    const shared = record.known && record.value !== undefined && isOurs(record.value) ? [record.value] : [];
    held.push(...[own.value, ...shared].map((each) => ({ present: each, wanted: each, sslFlags: binding.sslFlags })));
    served.push(own.value.endpoint);
  }
  const records = [...new Map(held.map((each) => [endpointKey(each.present.endpoint), each])).values()];
  const steps = bindingFlagsSteps(config, changes, records, evidence, host);
  if (!steps.ok) return { blocked: true, why: `the flag is not set: ${steps.error}` };
  const names = served.map(({ name }) => name);
  return {
    title: `Set the SNI flag of ${changes.map(({ site, binding }) => `${site.name}, ${binding.information}`).join('; ')}`,
    risk: 'disruptive',
    steps: steps.value,
    cleanup: editLeftovers(config.path),
    before: fingerprint(evidence, [
      { kind: 'config' },
      ...records.map(({ present }) => ({ kind: 'record', endpoint: present.endpoint }) as const),
    ]),
    effects: [`Visitors are served by host name again, through the records of ${names.join(', ')}.`, EDIT_EFFECT],
    endpoints: served,
    after: [],
  };
}

/** The record by host name, if its certificate has that name and can be used. */
function ownRecord(chain: Chain, evidence: Evidence): Result<SslRecord> {
  const record = lostSniFlag(chain, evidence);
  if (record === undefined) return fail('its record by host name is not there any more');
  const { name } = record.endpoint;
  const found = findCertificate(evidence, record.store, record.thumbprint);
  if (!found.known) return fail(`it is not known what visitors would get through the record of ${name}: ${found.why}`);
  if (found.value === undefined) return fail(`the record of ${name} names a certificate that is not there`);
  const usable = usableBySystem(found.value, evidence);
  if (!usable.known)
    return fail(`whether SYSTEM can use the key of ${nameOf(found.value)} is not known: ${usable.why}`);
  const host = hostOfBinding(chain.binding.information);
  if (usable.value && serves(found.value, evidence) && coversHost(found.value, host)) return ok(record);
  return fail(`${nameOf(found.value)}, which the record of ${name} names, would not serve ${host}`);
}
