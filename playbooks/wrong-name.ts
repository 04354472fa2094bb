// Visitors ask for a host name and get a certificate without it: another one was bound, by hand or by a program that binds
// one for all; or the binding has lost its SNI flag, and shares the record of another site.

import { troubledChains } from '../src/chain/join.ts';
import { findingId } from '../src/model/repair/finding.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Description, Playbook, Repair } from '../src/model/repair/playbook.ts';
import type { Chain, Link } from '../src/model/server/chain.ts';
import { type Evidence, endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { canHaveFlag, sniFlagBack } from '../src/steps/bindings/sni-flag-back.ts';
import { bindCovering } from '../src/steps/records/other-certificate.ts';

interface WrongName {
  readonly chain: Chain;
  readonly link: Link;
}

/** A binding whose certificate does not have its host name, or that is no longer looked up by it. */
export const wrongName: Playbook<WrongName> = {
  id: 'wrong-name',
  title: 'A certificate without the host name of its binding, or a binding that lost its SNI flag',
  symptom: 'browsers warn of another name: ERR_CERT_COMMON_NAME_INVALID, SSL_ERROR_BAD_CERT_DOMAIN',
  remedy: 'binds the only certificate that has the name, or sets the flag of the binding again',
  cause:
    'A certificate was bound to more sites than it has names for, by hand or by a program that binds a renewal to all. Or a program wrote the binding again without its SNI flag, so that it shares the record of another site.',
  mayGoWrong:
    'The certificate may be meant, if TLS ends in front of this server: `baseline save` says so, and until then a person must agree to each repair. All visitors of the endpoint get the other certificate, so it must have every host name that is bound there. If several certificates have, a person chooses. The flag is set by an edit of one attribute of applicationHost.config, as a verified copy; application pools may recycle.',
  takenBack:
    'The record is made again as it was, with its certificate and every setting. The kept copy of the configuration is put back, if nobody has changed the file since.',
  sources: ['ansible/ansible issue 60133'],
  shownBy: [],
  takes: ['certificate-other-name', 'sni-flag-lost'],
  find: found,
  describe,
  plan,
};

function found(evidence: Evidence): readonly WrongName[] {
  return troubledChains(evidence).flatMap((chain) => chain.links.filter(isWrong).map((link) => ({ chain, link })));
}

const isWrong = ({ code, state }: Link): boolean =>
  (code === 'certificate-other-name' || code === 'sni-flag-lost') && state !== 'note';

function describe({ chain, link }: WrongName): Description {
  const { site, binding, endpoint, record } = chain;
  const thumbprint = record.known ? (record.value?.thumbprint ?? '') : '';
  return {
    key: binding.information,
    subject: `${site.name}, https ${binding.information}`,
    severity: link.state === 'broken' ? 'broken' : 'warning',
    message: `${effect(site.name, link)}: ${link.message}.`,
    facts: [
      { name: 'code', value: link.code, source: link.source ?? '' },
      { name: 'endpoint', value: endpoint.name, source: describeSource(record.source) },
      { name: 'thumbprint', value: thumbprint, source: describeSource(record.source) },
    ],
    endpoints: [endpointKey(endpoint)],
  };
}

/** Where something in front of this server ends TLS, nobody is warned. */
function effect(site: string, { code, state }: Link): string {
  if (code === 'sni-flag-lost')
    return `Visitors of ${site} ${state === 'broken' ? 'get' : 'may get'} the certificate of another site`;
  return `Browsers ${state === 'broken' ? 'warn' : 'may warn'} visitors of ${site}`;
}

function plan({ chain, link }: WrongName, evidence: Evidence, how: Planning): Repair | Blocked {
  const alike = found(evidence).filter((each) => each.link.code === link.code);
  if (link.code === 'sni-flag-lost') {
    const able = alike.filter((each) => each.chain === chain || canHaveFlag(each.chain, evidence));
    const made = sniFlagBack(
      able.map((each) => each.chain),
      evidence,
      how.host,
    );
    return 'blocked' in made ? made : { ...made, covers: able.map(idOf) };
  }
  if (link.state === 'warning') return NO_OTHER;
  const made = bindCovering({ playbook: 'wrong-name', id: idOf({ chain, link }) }, chain, evidence, how);
  if ('blocked' in made) return made;
  const { stranded, ...repair } = made;
  const key = endpointKey(chain.endpoint);
  return {
    ...repair,
    covers: alike.filter((each) => endpointKey(each.chain.endpoint) === key).map(idOf),
    after: stranded === undefined ? [] : [findingId('stranded-key', stranded)],
  };
}

const idOf = ({ chain }: WrongName): string => findingId('wrong-name', chain.binding.information);

const NO_OTHER: Blocked = {
  blocked: true,
  why: 'no certificate here has the name: import one and bind it, or accept this certificate',
  who: 'an administrator',
  command: 'iis-ssl-heal baseline save',
};
