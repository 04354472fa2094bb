// Visitors ask for a host name and get a certificate without it: another one was bound, by hand or by a program that binds
// one for all; or the binding has lost its SNI flag, and shares the record of another site.

import { joinChains } from '../src/chain/join.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Description, Playbook } from '../src/model/repair/playbook.ts';
import type { Chain, Link } from '../src/model/server/chain.ts';
import { endpointKey } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';

interface WrongName {
  readonly chain: Chain;
  readonly link: Link;
}

/** A binding whose certificate does not have its host name, or that is no longer looked up by it. */
export const wrongName: Playbook<WrongName> = {
  id: 'wrong-name',
  title: 'A certificate without the host name of its binding, or a binding that lost its SNI flag',
  symptom: 'browsers warn of another name: ERR_CERT_COMMON_NAME_INVALID, SSL_ERROR_BAD_CERT_DOMAIN',
  remedy: 'says which certificate has the name, or how the flag comes back; changes nothing',
  cause:
    'A certificate was bound to more sites than it has names for, by hand or by a program that binds a renewal to all; or a program wrote the binding anew and left its SNI flag out, so that it shares the record of another site.',
  mayGoWrong: 'Nothing is changed from here.',
  takenBack: 'Nothing is changed from here.',
  sources: ['ansible/ansible issue 60133'],
  shownBy: [],
  takes: ['certificate-other-name', 'sni-flag-lost'],
  find: (evidence) =>
    joinChains(evidence).flatMap((chain) => chain.links.filter(isWrong).map((link) => ({ chain, link }))),
  describe,
  plan: ({ chain, link }) => (link.code === 'sni-flag-lost' ? flagBack(chain) : another(link)),
};

const isWrong = ({ code, state }: Link): boolean =>
  (code === 'certificate-other-name' || code === 'sni-flag-lost') && state !== 'note';

function describe({ chain, link }: WrongName): Description {
  const { site, binding, endpoint, record } = chain;
  const thumbprint = record.known ? (record.value?.thumbprint ?? '') : '';
  return {
    key: binding.information,
    subject: `${site.name}, https ${binding.information}`,
    severity: link.state === 'broken' ? 'broken' : 'warning',
    message: `${site.name}, https ${binding.information}: ${link.message}.`,
    facts: [
      { name: 'code', value: link.code, source: link.source ?? '' },
      { name: 'endpoint', value: endpoint.name, source: describeSource(record.source) },
      { name: 'thumbprint', value: thumbprint, source: describeSource(record.source) },
    ],
    endpoints: [endpointKey(endpoint)],
  };
}

const another = ({ state }: Link): Blocked => ({
  blocked: true,
  why:
    state === 'broken'
      ? 'it is not bound from here yet: choose that certificate for the binding in IIS Manager'
      : 'no certificate here has the name: import one and bind it; where this is meant, say so',
  who: 'an administrator',
  ...(state === 'warning' && { command: 'iis-ssl-heal baseline save' }),
});

const flagBack = ({ site, binding }: Chain): Blocked => {
  const place = `[protocol='https',bindingInformation='${binding.information}']`;
  const command = `%SystemRoot%\\System32\\inetsrv\\appcmd.exe set site /site.name:"${site.name}" "/bindings.${place}.sslFlags:${binding.sslFlags | 1}"`;
  return {
    blocked: true,
    why: `the flag is not set from here yet: tick "Require Server Name Indication" of the binding in IIS Manager, or run ${command}`,
    who: 'an administrator',
  };
};
