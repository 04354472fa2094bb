// What a binding of the central certificate store (CCS) needs: the record of its port, or, where there is no store, a record by
// host name in its place.

import { chosenOf } from '../../chain/certificates/candidates.ts';
import { nameOf } from '../../chain/certificates/certificates.ts';
import { coveringHost } from '../../chain/certificates/covering.ts';
import { chainsAt, joinChains } from '../../chain/join.ts';
import { fingerprint } from '../../chain/memory/fingerprint.ts';
import { remembered } from '../../chain/memory/remembered.ts';
import { recordAt } from '../../chain/records/records.ts';
import { isVisited } from '../../chain/records/shadows.ts';
import { siteNames } from '../../chain/words.ts';
import { hostOfBinding, portOf } from '../../formats/http-sys/endpoint.ts';
import type { Blocked, Step } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import type { Chain } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { isOurs } from '../../model/server/record-owner.ts';
import {
  CENTRAL_STORE_FLAG,
  type Endpoint,
  iisRecord,
  SNI_FLAG,
  type SslRecord,
} from '../../model/server/ssl-record.ts';
import { EDIT_EFFECT, editableConfig, editLeftovers } from '../config/edit-config.ts';
import { toChoose } from '../records/lost-record.ts';
import { addRecordSteps } from '../records/rebind.ts';
import { type BindingFlags, bindingFlagsSteps } from './binding-flags.ts';

/** The record of the port, which names no certificate. */
export function addCentralRecord(endpoint: Endpoint, evidence: Evidence, { host }: Planning): Repair | Blocked {
  const chains = chainsAt(endpoint, evidence);
  const earlier = remembered(endpoint, evidence);
  const made = iisRecord({ endpoint, thumbprint: '', store: '' }, chains[0]?.binding.sslFlags ?? 0);
  const steps = addRecordSteps(earlier ?? made, host);
  if (!steps.ok) return { blocked: true, why: `the record cannot be added: ${steps.error}` };
  // A name that the store has no file for may have come to a site without a host name until now.
  const others = joinChains(evidence).filter(
    (chain) => isVisited(chain) && chain.endpoint.table === 'ip' && portOf(chain.endpoint) === portOf(endpoint),
  );
  const served = chains.some(({ links }) =>
    links.some(({ code, state }) => code === 'ccs-record-missing' && state === 'warning'),
  );
  return {
    title: `Add the SSL record of the central certificate store for port ${endpoint.name}`,
    risk: (others.length > 0 && earlier === undefined) || served ? 'disruptive' : 'safe',
    steps: steps.value,
    cleanup: [],
    before: fingerprint(evidence, [{ kind: 'record', endpoint }]),
    effects: [
      `${siteNames(chains)} get their certificates from the files of the store.`,
      ...(others.length === 0 ? [] : [`Visitors of ${siteNames(others)} whose name has no file there may be refused.`]),
      ...(served ? ['Visitors get a valid certificate for this name now, and may get another one then.'] : []),
    ],
    endpoints: [endpoint],
    after: [],
  };
}

/** A binding that leaves the store, and the record by host name that it gets: one that is to be added, or that stands. */
interface Leaving {
  readonly chain: Chain;
  readonly record: SslRecord;
  readonly stands: boolean;
  readonly why: string;
}

/** The record for a binding; blocked where no certificate is certain for its name. */
export function leavingStore(
  { playbook, id }: { readonly playbook: string; readonly id: string },
  chain: Chain,
  evidence: Evidence,
  { choices }: Pick<Planning, 'choices'>,
): Leaving | Blocked {
  const { binding, endpoint } = chain;
  const host = hostOfBinding(binding.information);
  if (host === '') return { blocked: true, why: 'the binding has no host name to look a certificate up by', who: WHO };
  const found = coveringHost(host, evidence);
  if (!found.known) return { blocked: true, why: `nothing is chosen: ${found.why}`, who: WHO };
  const { offered, why } = found.value;
  const choice = choices.certificates.get(id);
  const chosen = chosenOf(found.value, choice);
  const at = { table: 'sni', name: `${host}:${portOf(endpoint)}` } as const;
  if (!evidence.records.known) return { blocked: true, why: `the SSL records were not read: ${evidence.records.why}` };
  const present = recordAt(evidence.records.value, at);
  if (present !== undefined) {
    const fits = isOurs(present) && offered.some(({ certificate }) => certificate.thumbprint === present.thumbprint);
    if (fits) return { chain, record: present, stands: true, why: 'its record by host name exists already' };
    return { blocked: true, why: `an SSL record of ${at.name} exists already and does not serve ${host}`, who: WHO };
  }
  if (chosen === undefined && offered.length > 0) return toChoose(playbook, offered, why, evidence);
  if (chosen === undefined) return { blocked: true, why: `${why}: import one, or switch the store on`, who: WHO };
  const { thumbprint, store } = chosen.certificate;
  const record = iisRecord({ endpoint: at, thumbprint, store }, flagsOf(chain));
  return {
    chain,
    record,
    stands: false,
    why: `${nameOf(chosen.certificate)} (${thumbprint}): ${choice === undefined ? why : 'as you chose'}`,
  };
}

const WHO = 'an administrator';

const flagsOf = ({ binding }: Chain): number => (binding.sslFlags & ~CENTRAL_STORE_FLAG) | SNI_FLAG;

/** The bindings look for their record by host name, which is added before: all of them in one write of the file. */
export function leaveStore(all: readonly Leaving[], evidence: Evidence, { host }: Planning): Repair | Blocked {
  const config = editableConfig(evidence);
  if ('blocked' in config) return config;
  const added: Step[] = [];
  for (const { record, stands } of all) {
    const steps = addRecordSteps(record, host);
    if (!steps.ok) return { blocked: true, why: `the record cannot be added: ${steps.error}` };
    if (!stands) added.push(...steps.value);
  }
  const changes: BindingFlags[] = all.map(({ chain }) => ({
    site: chain.site,
    binding: chain.binding,
    sslFlags: flagsOf(chain),
  }));
  const held = new Map(
    all.flatMap(({ chain, record, stands }) => {
      const central =
        chain.record.known && chain.record.value !== undefined && isOurs(chain.record.value)
          ? [chain.record.value]
          : [];
      return [...(stands ? [record] : []), ...central].map(
        (each) => [each.endpoint.name, { present: each, wanted: each, sslFlags: chain.binding.sslFlags }] as const,
      );
    }),
  );
  const steps = bindingFlagsSteps(config, changes, [...held.values()], evidence, host);
  if (!steps.ok) return { blocked: true, why: `the bindings cannot be changed: ${steps.error}` };
  const endpoints = all.map(({ record }) => record.endpoint);
  const entries = all.map(({ record: { store, thumbprint } }) => ({ kind: 'entry', store, thumbprint }) as const);
  return {
    title: `Give ${siteNames(all.map(({ chain }) => chain))} SSL records by host name, in place of a central certificate store that is off`,
    risk: 'disruptive',
    steps: [...added, ...steps.value],
    cleanup: editLeftovers(config.path),
    before: fingerprint(evidence, [
      { kind: 'config' },
      ...[...endpoints, ...[...held.values()].map(({ present }) => present.endpoint)].map(
        (endpoint) => ({ kind: 'record', endpoint }) as const,
      ),
      ...entries,
    ]),
    effects: [
      ...all.map(({ chain, why }) => `${chain.site.name}, ${chain.binding.information}: ${why}.`),
      'If the store should be on, switch it on instead: then the bindings are right as they are.',
      EDIT_EFFECT,
    ],
    endpoints,
    after: [],
  };
}
