// A CryptoAPI key was made or imported as one for signatures alone (AT_SIGNATURE, KeySpec 2): Schannel turns away whoever needs
// it for the key exchange, or everybody. "AD FS and certificate KeySpec property information", Microsoft.

import { calledName } from '../src/chain/certificates/certificates.ts';
import { describeKeyFault, type KeyFault, keyFaults, keyOfOther } from '../src/chain/certificates/key-faults.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import type { Playbook, Repair } from '../src/model/repair/playbook.ts';
import type { Evidence } from '../src/model/server/evidence.ts';
import { OF_ANOTHER_KIND, planFromPfx, planMove } from '../src/steps/keys/key-repairs.ts';

/** A key of the machine that is of the wrong kind. */
export const signatureOnlyKey: Playbook<KeyFault> = {
  id: 'signature-only-key',
  title: 'A private key that is for signatures only',
  symptom:
    'HTTPS fails for some clients or for all, and the certificate looks right: Schannel 36874, 36888, 0x80090331',
  remedy: 'exports the key, imports it as one for key exchange, and runs the binding again',
  cause:
    'A key of the older kind (CryptoAPI) is either for signatures or for key exchange, and a web server needs the second. A request with KeySpec = 2, or an import with AT_SIGNATURE, makes the first. Newer keys (CNG) do not have this difference.',
  mayGoWrong:
    'The key goes through a PFX file with a one-time password, in a folder that only administrators can enter, and the file is always removed. A key that was marked non-exportable stays as it is: then its PFX file is asked for. If some clients are still served, the repair needs your consent. New connections fail for a moment while the binding is run again.',
  takenBack:
    'The store entry is put back byte for byte, with the key that it named, and the SSL record as it was. The key that was imported stays as a file that no certificate names.',
  sources: ['AD FS and certificate KeySpec property information, Microsoft', 'KB 889651'],
  shownBy: ['SEC_E_ALGORITHM_MISMATCH', '15021', 'ECONNRESET'],
  takes: ['key-signature-only'],
  flags: ['pfx', 'through'],
  find: (evidence) => keyFaults(['key-signature-only'], evidence),
  describe: (fault, evidence) =>
    describeKeyFault(
      fault,
      `The private key of ${calledName(fault.certificate)} is for signatures only`,
      evidence,
      FOR_SOME,
    ),
  plan,
  pfxOf: ({ certificate }) => certificate.thumbprint,
};

const FOR_SOME = 'works for some clients, and fails for those that need the key for the key exchange';

function plan(fault: KeyFault, evidence: Evidence, how: Planning): Repair | Blocked {
  const { certificate, link } = fault;
  const foreign = keyOfOther(fault);
  if (foreign !== undefined) return foreign;
  const { pfx } = how.choices;
  const made =
    pfx?.thumbprint === certificate.thumbprint
      ? planFromPfx(certificate, pfx.file, evidence, how)
      : planMove(certificate, evidence, how, OF_ANOTHER_KIND);
  return 'blocked' in made || link.state === 'broken' ? made : { ...made, risk: 'disruptive' };
}
