// The links of the private key: where it lies, and whether SYSTEM may read it there.

import type { KeyPlace, Link, LinkCode, LinkState } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { isSignatureOnly } from '../certificates/key-place.ts';
import { systemMayRead } from '../certificates/usable.ts';
import { answerOf, isServedItself } from '../visit.ts';
import { link, notRead, skipped, type Unlinked } from './link.ts';

/** Where the key is. What visitors just got with it is the only proof of a key that is never opened. */
export function keyLink(chain: Unlinked): Link {
  const { key, certificate } = chain;
  if (!key.known) return notRead('key', key);
  if (key.value === undefined) return skipped('key', 'there is nothing to look at');
  const provider = certificate.known ? certificate.value?.key : undefined;
  const isOpen = key.value.at === 'machine' || key.value.at === 'system';
  const [state, code, message] =
    isOpen && isSignatureOnly(provider) ? signatureOnly(isServedItself(chain)) : judgeKey(key.value, chain);
  return link('key', state, code, message, key.source);
}

const signatureOnly = (served: boolean): readonly [LinkState, LinkCode, string] => {
  const is = 'a key for signatures only (AT_SIGNATURE, KeySpec 2)';
  return served
    ? ['warning', 'key-signature-only', `${is}: it works for some clients, and fails for those that need key exchange`]
    : ['broken', 'key-signature-only', `${is}, which Schannel refuses`];
};

function judgeKey(place: KeyPlace, chain: Unlinked): readonly [LinkState, LinkCode, string] {
  switch (place.at) {
    case 'machine':
      return ['ok', 'fine', 'in the machine key store'];
    case 'system':
      return ['ok', 'fine', "in SYSTEM's own key store"];
    case 'user': {
      const where = `stayed in the key store of ${place.profile?.name ?? 'a user'}`;
      return answerOf(chain) !== undefined
        ? ['warning', 'key-stranded', `${where}; HTTPS will stop at the next reboot`]
        : ['broken', 'key-stranded', `${where}; SYSTEM cannot open it`];
    }
    case 'lost-user-key':
      return [
        'broken',
        'key-lost-with-profile',
        'there is no key file: the key was deleted, or the profile of its user was',
      ];
    case 'lost-machine-key':
      return ['broken', 'key-lost', 'there is no key file in the machine key store: it was deleted'];
    case 'machine-mislabelled':
      return atRisk(
        chain,
        'key-mislabelled',
        'in the machine key store, but the certificate looks for it in a user key store',
      );
    case 'other-machine-guid':
      return ['broken', 'key-other-machine', 'the key file belongs to another MachineGuid: this server was cloned'];
    case 'hardware': {
      const where = `the key is in ${place.provider}, which this program never touches`;
      return isServedItself(chain)
        ? ['note', 'key-hardware', `${where}; http.sys has just used it`]
        : ['unknown', 'key-hardware', `not checked: ${where}`];
    }
    case 'no-link':
      return atRisk(chain, 'key-no-link', 'the certificate is not linked with its private key');
  }
}

/** http.sys keeps what it has opened until the reboot, whatever becomes of the entry or the file meanwhile. */
const atRisk = (chain: Unlinked, code: LinkCode, what: string): readonly [LinkState, LinkCode, string] =>
  isServedItself(chain)
    ? ['warning', code, `${what}; http.sys still uses the key, which may end at the next reboot`]
    : ['broken', code, what];

/** Whether SYSTEM may read the key file. */
export function accessLink(chain: Unlinked, evidence: Evidence): Link {
  const { key } = chain;
  if (!key.known || key.value === undefined || key.value.at === 'user' || key.value.at === 'no-link')
    return skipped('access', 'there is nothing to look at');
  if (key.value.at === 'hardware')
    return link('access', 'ok', 'fine', 'there is no key file; http.sys has just used the key', key.source);
  const access = systemMayRead(key.value, evidence);
  if (!access.known) return notRead('access', access);
  if (access.value) return link('access', 'ok', 'fine', 'SYSTEM may read the key file', access.source);
  const [state, code, message] = atRisk(chain, 'key-closed-to-system', 'SYSTEM may not read the key file');
  return link('access', state, code, message, access.source);
}
