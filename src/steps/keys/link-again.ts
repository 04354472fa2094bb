// The steps that link an entry with its key again, where the key is among the machine's and the entry does not say so.

import { opensNow } from '../../chain/certificates/key-access.ts';
import type { KeyTrace } from '../../chain/certificates/key-trace.ts';
import { digest } from '../../chain/memory/fingerprint.ts';
import { keyLinkInf } from '../../formats/certificates/key-link-inf.ts';
import type { Action, Blocked, Condition, Step } from '../../model/repair/plan.ts';
import type { Planning } from '../../model/repair/planning.ts';
import type { Repair } from '../../model/repair/playbook.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { KeyPlace } from '../../model/server/chain.ts';
import type { Evidence, Places } from '../../model/server/evidence.ts';
import { workFolder } from '../../model/server/places.ts';
import { repairStore } from '../../windows-commands/certutil.ts';
import { withRebind } from './key-repairs.ts';
import { keepEntryStep, putEntryBack } from './transfer.ts';

/** What certutil ends with where it finds no key: NTE_NOT_FOUND, NTE_BAD_KEYSET, NTE_NO_KEY, CRYPT_E_NOT_FOUND. */
const NO_SUCH_KEY = [0x80090011, 0x80090016, 0x8009000d, 0x80092004];

/** There is no key to link. */
export const NO_KEY_HERE: Blocked = {
  blocked: true,
  why: 'no key of this certificate is here: import it from its PFX file, or have it issued again',
  who: 'somebody who has the PFX file',
};

/** certutil writes the link; where it leaves a wrong one as it was, an INF says what the link is: the file is known then. */
export function planLinkAgain(
  certificate: StoreCertificate,
  trace: KeyTrace,
  evidence: Evidence,
  how: Planning,
): Repair | Blocked {
  const { places } = evidence;
  const inf = trace.by === 'file' && certificate.key !== undefined ? keyLinkInf(certificate.key) : undefined;
  const told = inf === undefined ? { steps: [], cleanup: [] } : throughInf(certificate, inf, places);
  return withRebind(certificate, evidence, how, {
    title: 'Link the certificate with its key again',
    steps: [
      keepEntryStep(certificate, places),
      { ...lookStep(certificate, inf, places), ...(trace.by === 'unnamed' && { needsPerson: NONE_FOUND }) },
      ...told.steps,
    ],
    effects: effectsOf(trace),
    closedHere: !opensNow(placeOf(trace), how, evidence),
    cleanup: told.cleanup,
  });
}

function effectsOf(trace: KeyTrace): readonly string[] {
  if (trace.by !== 'unnamed') return [];
  const files = trace.count === 1 ? 'one key file is' : `${trace.count} key files are`;
  return [`It may find no key: ${files} not named by a certificate, and only certutil can tell whether one fits.`];
}

/** Where the key is, as far as that is certain: what certutil finds by itself it can open. */
function placeOf(trace: KeyTrace): KeyPlace {
  if (trace.by === 'file') return { at: 'machine', file: trace.file };
  return trace.by === 'twin' ? trace.place : { at: 'no-link' };
}

const linked = ({ store, thumbprint }: StoreCertificate): Condition => ({ kind: 'machine-key', store, thumbprint });

const NONE_FOUND = NO_SUCH_KEY.map((code) => ({ code, blocked: NO_KEY_HERE }));

/** With an INF behind it, it may leave the entry as it was. */
function lookStep(certificate: StoreCertificate, inf: string | undefined, places: Places): Step {
  const { store, thumbprint, blob } = certificate;
  return {
    title: "Look for the certificate's key among the machine's, and link it",
    do: { kind: 'run', command: repairStore(store, thumbprint) },
    undo: putEntryBack(certificate, places),
    holds: { kind: 'machine-key', store, thumbprint, ...(inf !== undefined && { midway: digest(blob) }) },
  };
}

/** Nothing is done where the first try has linked it. */
function throughInf(certificate: StoreCertificate, inf: string, places: Places) {
  const { store, thumbprint } = certificate;
  const path = `${workFolder(places)}\\${thumbprint}.inf`;
  const bytes = Buffer.from(inf, 'latin1');
  const removal: Action = { kind: 'remove-file', path };
  const steps: readonly Step[] = [
    {
      title: 'Where the link is as it was: write down what it should be',
      do: { kind: 'write-file', path, bytes: bytes.toString('base64') },
      undo: { do: removal, holds: { kind: 'file-absent', path } },
      holds: { kind: 'file-is', path, sha256: digest(bytes) },
      unless: linked(certificate),
    },
    {
      title: 'Have certutil link it so',
      do: { kind: 'run', command: repairStore(store, thumbprint, path) },
      undo: putEntryBack(certificate, places),
      holds: linked(certificate),
      unless: linked(certificate),
    },
  ];
  return { steps, cleanup: [removal] };
}
