// The two ways in which a site can be given client certificates where TLS 1.3 is spoken: asked for in the handshake, or
// without TLS 1.3.

import { fingerprint } from '../../chain/memory/fingerprint.ts';
import { siteNames } from '../../chain/words.ts';
import type { Blocked } from '../../model/repair/plan.ts';
import type { Host } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import type { Chain } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { CLIENT_CERTIFICATES, NO_TLS13, NO_TLS13_FLAG } from '../../model/server/ssl-record.ts';
import { EDIT_EFFECT, editableConfig, editLeftovers } from '../config/edit-config.ts';
import { rewriteRecord } from '../records/rewrite-record.ts';
import { bindingFlagsSteps } from './binding-flags.ts';

/** A repair of the record of `chain`, and the certificate whose key must be moved first. */
type OfRecord = Omit<Repair, 'after'> & { readonly stranded?: string };

/** The record asks in the handshake. `all`: the bindings that share it. */
export function askAtOnce(chain: Chain, all: readonly Chain[], evidence: Evidence, host: Host): OfRecord | Blocked {
  const { name } = chain.endpoint;
  const flags = flagsOf(chain) | CLIENT_CERTIFICATES;
  const made = rewriteRecord(chain, { flags }, 'with clientcertnegotiation, every other setting kept', evidence, host);
  if ('blocked' in made) return made;
  return {
    ...made,
    title: `Have http.sys ask for client certificates at ${name}`,
    risk: 'disruptive',
    effects: [
      `Every visitor of ${siteNames(all)} at ${name} is asked for a certificate, whatever page they want.`,
      `New connections to ${name} fail for a moment.`,
      'Whoever chooses the certificate of the binding again in IIS Manager may take this away.',
    ],
  };
}

/** Neither the record nor the bindings, from which IIS makes it anew, speak TLS 1.3. */
export function withoutTls13(chain: Chain, all: readonly Chain[], evidence: Evidence, host: Host): OfRecord | Blocked {
  const config = editableConfig(evidence);
  if ('blocked' in config) return config;
  const flags = flagsOf(chain) | NO_TLS13;
  // Refused as any other change of the record would be; its steps are those around the edit.
  const rewritten = rewriteRecord(chain, { flags }, 'without TLS 1.3', evidence, host);
  if ('blocked' in rewritten) return rewritten;
  const present = chain.record.known ? chain.record.value : undefined;
  if (present === undefined) return { blocked: true, why: 'the record is not there any more' };
  const held = { present, wanted: { ...present, flags }, sslFlags: chain.binding.sslFlags };
  const changes = all.map(({ site, binding }) => ({ site, binding, sslFlags: binding.sslFlags | NO_TLS13_FLAG }));
  const steps = bindingFlagsSteps(config, changes, [held], evidence, host);
  if (!steps.ok) return { blocked: true, why: `TLS 1.3 cannot be kept away: ${steps.error}` };
  const { name } = chain.endpoint;
  return {
    ...rewritten,
    title: `Keep TLS 1.3 away from ${name}`,
    risk: 'disruptive',
    steps: steps.value,
    cleanup: editLeftovers(config.path),
    before: { ...rewritten.before, ...fingerprint(evidence, [{ kind: 'config' }]) },
    effects: [
      `All visitors of ${siteNames(all)} at ${name} speak TLS 1.2, with HTTP/2 or without; IIS asks for certificates as it did before Windows Server 2022.`,
      `New connections to ${name} fail for a moment.`,
      EDIT_EFFECT,
    ],
  };
}

const flagsOf = ({ record }: Chain): number => (record.known ? (record.value?.flags ?? 0) : 0);
