// The entry of a certificate names no private key, or says that a key of the machine is a user's: the key is there, and
// nobody finds it. KB 889651.

import { calledName } from '../src/chain/certificates/certificates.ts';
import { describeKeyFault, type KeyFault, keyFaults, keyOfOther } from '../src/chain/certificates/key-faults.ts';
import { isMachines, type KeyTrace, keyTrace } from '../src/chain/certificates/key-trace.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Playbook, Repair } from '../src/model/repair/playbook.ts';
import type { LinkCode } from '../src/model/server/chain.ts';
import type { Evidence } from '../src/model/server/evidence.ts';
import { NO_KEY_HERE, planLinkAgain } from '../src/steps/keys/link-again.ts';

const CODES: readonly LinkCode[] = ['key-no-link', 'key-mislabelled'];

/** A certificate whose entry does not lead to its key, which may be among the machine's. */
export const lostKeyLink: Playbook<KeyFault> = {
  id: 'lost-key-link',
  title: 'A certificate that is not linked with its private key',
  symptom: 'the certificate was deleted and added again, or came as a .cer file: Schannel 36869, no connection',
  remedy: "lets certutil find the key among the machine's keys, and runs the binding again",
  cause:
    "Whoever deletes a certificate leaves its private key, and adding the certificate again from a .cer file brings back an entry without the link to the key. A request that was completed in the wrong way, or a copied entry, has the same effect. Some programs import a key into the machine's key store while the entry says that it is a user's.",
  mayGoWrong:
    "certutil looks through all keys of the machine for the key of the certificate. If there is none, nothing is changed, and a PFX file is asked for. certutil runs silently; if it still waits for a smart card, it is ended after a minute. Keys in hardware and in a user's profile are never touched. New connections fail for a moment while the binding is run again.",
  takenBack:
    'The store entry is put back byte for byte, and the SSL record as it was. The key itself is never changed.',
  sources: ['KB 889651', 'certutil -repairstore in the documentation of Windows Server'],
  shownBy: ['NTE_BAD_KEYSET', 'CRYPT_E_NOT_FOUND', 'CRYPT_E_NO_KEY_PROPERTY', '36869', '36870', '15021', 'ECONNRESET'],
  takes: CODES,
  flags: ['through'],
  find: (evidence) => keyFaults(CODES, evidence),
  describe: (fault, evidence) => describeKeyFault(fault, sentence(fault), evidence),
  plan,
};

function sentence({ certificate, place }: KeyFault): string {
  const entry = `The certificate ${calledName(certificate)}`;
  return place.at === 'no-link'
    ? `${entry} is not linked with its private key`
    : `${entry} looks for its private key in a user's key store, and the key is in the machine key store`;
}

function plan(fault: KeyFault, evidence: Evidence, how: Planning): Repair | Blocked {
  const { certificate } = fault;
  const foreign = keyOfOther(fault);
  if (foreign !== undefined) return foreign;
  const trace = keyTrace(certificate, evidence);
  if (!trace.known)
    return { blocked: true, why: `whether a key is here is not known: ${trace.why}`, who: 'an administrator' };
  return whyNot(trace.value) ?? planLinkAgain(certificate, trace.value, evidence, how);
}

/** certutil finds nothing but keys of the machine, and none of hardware is asked for. */
function whyNot(trace: KeyTrace): Blocked | undefined {
  if (trace.by === 'unnamed') return trace.count === 0 ? NO_KEY_HERE : undefined;
  if (trace.by === 'file' || isMachines(trace.place)) return undefined;
  const { twin, place } = trace;
  const same = `another certificate with the same public key, ${calledName(twin)},`;
  if (place.at === 'hardware')
    return {
      blocked: true,
      why: `${same} has its key in ${place.provider}, which this program never touches: link it with the tools of its maker`,
      who: 'whoever looks after that provider',
    };
  const who = place.at === 'user' ? (place.profile?.name ?? 'its owner') : 'SYSTEM';
  return {
    blocked: true,
    why: `${same} has its key in the key store of ${who}: export it there as a PFX file, and import that file`,
    who,
  };
}
