// What can be done to the stores of issuers: one of them put where chains are made, or taken out of there.

import { shortThumbprint } from '../../chain/certificates/certificates.ts';
import { digest, type FingerprintSubject } from '../../chain/memory/fingerprint.ts';
import type { Action, Risk, Step } from '../../model/repair/plan.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Places } from '../../model/server/evidence.ts';
import { workFolder } from '../../model/server/places.ts';
import { addIssuer, deleteStoreEntry } from '../../windows-commands/certutil.ts';
import { keepEntryStep, putEntryBack } from '../keys/transfer.ts';

/** What is done to the stores of issuers. */
export interface ChainMending {
  readonly title: string;
  readonly risk: Risk;
  readonly effects: readonly string[];
  readonly steps: readonly Step[];
  readonly cleanup: readonly Action[];
  readonly subjects: readonly FingerprintSubject[];
}

const issuerFile = ({ thumbprint }: StoreCertificate, places: Places): string =>
  `${workFolder(places)}\\${thumbprint}.cer`;

/** Puts an issuer's certificate into LocalMachine\\CA as well: where it lies it stays, and nobody is trusted anew. */
export function addToCa(issuer: StoreCertificate, places: Places): ChainMending {
  const { thumbprint, der } = issuer;
  const isUsers = issuer.store === 'user';
  const path = issuerFile(issuer, places);
  const removal: Action = { kind: 'remove-file', path };
  const there = { store: 'CA', thumbprint };
  return {
    title: `Put the certificate of ${issuer.facts.subject} into LocalMachine\\CA, where chains are made of it`,
    risk: isUsers ? 'disruptive' : 'safe',
    effects: isUsers
      ? [`${shortThumbprint(thumbprint)} is taken from a user's own store, where that user can put anything.`]
      : [],
    steps: [
      {
        title: "Write the issuer's certificate to a file",
        do: { kind: 'write-file', path, bytes: Buffer.from(der).toString('base64') },
        undo: { do: removal, holds: { kind: 'file-absent', path } },
        holds: { kind: 'file-is', path, sha256: digest(der) },
      },
      {
        title: 'Add it to LocalMachine\\CA',
        do: { kind: 'run', command: addIssuer(path) },
        undo: {
          do: { kind: 'run', command: deleteStoreEntry('CA', thumbprint) },
          holds: { kind: 'store-lacks', ...there },
        },
        holds: { kind: 'store-has', ...there },
      },
    ],
    cleanup: [removal],
    subjects: [{ kind: 'entry', ...there }],
  };
}

/** Takes an entry out of a store of issuers; its exact bytes are kept. */
export function takeOut(issuer: StoreCertificate, places: Places): ChainMending {
  const { store, thumbprint } = issuer;
  return {
    title: `Take ${issuer.facts.subject} (${thumbprint}) out of LocalMachine\\${store}`,
    risk: store === 'CA' ? 'safe' : 'disruptive',
    effects: [],
    steps: [
      keepEntryStep(issuer, places),
      {
        title: `Delete it from LocalMachine\\${store}`,
        do: { kind: 'run', command: deleteStoreEntry(store, thumbprint) },
        undo: putEntryBack(issuer, places),
        holds: { kind: 'store-lacks', store, thumbprint },
      },
    ],
    cleanup: [],
    subjects: [{ kind: 'entry', store, thumbprint }],
  };
}

/** One after the other, told by the last. */
export const both = (first: ChainMending, second: ChainMending): ChainMending => ({
  title: second.title,
  risk: first.risk === 'safe' ? second.risk : first.risk,
  effects: [...first.effects, ...second.effects],
  steps: [...first.steps, ...second.steps],
  cleanup: [...first.cleanup, ...second.cleanup],
  subjects: [...first.subjects, ...second.subjects],
});

/** It is done already, and http.sys has not taken notice: whether it does now is not certain. */
export const NOTHING_BUT_AGAIN: ChainMending = {
  title: "Run the binding again: the issuer's certificate is in LocalMachine\\CA",
  risk: 'disruptive',
  effects: [],
  steps: [],
  cleanup: [],
  subjects: [],
};
