// The steps that put a key into the machine's key store by way of a PFX that lives as long as one command.

import { digest } from '../../chain/memory/fingerprint.ts';
import { storeEntryRegFile } from '../../formats/registry/reg-writing.ts';
import type { Secret } from '../../model/repair/command.ts';
import type { Action, Blocked, Step } from '../../model/repair/plan.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import type { Places } from '../../model/server/evidence.ts';
import { backupFolder, workFolder } from '../../model/server/places.ts';
import { deleteStoreEntry, exportPfx, importPfx } from '../../windows-commands/certutil.ts';
import { showCode } from '../../windows-commands/failure-code.ts';
import { makePrivate } from '../../windows-commands/icacls.ts';
import { importFile } from '../../windows-commands/reg.ts';

/** The one-time password of the transfer file: made for one run, kept in memory, never written. */
export const TRANSFER_PASSWORD: Secret = { secret: 'transfer password' };

/** What an export that was refused means, and who can help. */
export type Refusals = NonNullable<Step['needsPerson']>;

/** A key that was marked as not exportable, which is never forced out; of a user's key also one that Windows cannot decrypt. */
const NTE_BAD_KEY_STATE = 0x8009000b;

const FROM_ITS_FILE = 'import the certificate from its PFX file, or have it issued again';

/** Whoever is an administrator has what the machine's keys are encrypted with. */
export const MACHINE_KEY_REFUSED: Refusals = [
  {
    code: NTE_BAD_KEY_STATE,
    blocked: {
      blocked: true,
      why: `the key may not be exported (0x8009000B): ${FROM_ITS_FILE}`,
      who: 'somebody who has the PFX file',
      command: 'iis-ssl-heal fix --pfx FILE',
    },
  },
];

const LOG_ON = 'log on with the password, at the console or by RDP, and run it again';

const forItsOwner = (why: string): Blocked => ({
  blocked: true,
  why,
  who: 'the owner of the key, logged on with the password',
  command: 'iis-ssl-heal fix',
});

/** What reports name beside it, of sessions by ssh key, WinRM or a task, and of a profile that is not loaded: NTE_PERM, SEC_E_DELEGATION_REQUIRED, NTE_BAD_KEYSET. */
const NOT_OPENED = [0x80090010, 0x80090345, 0x80090016];

/** A user's key is encrypted with what a logon with the password brings. */
export const USER_KEY_REFUSED: Refusals = [
  {
    code: NTE_BAD_KEY_STATE,
    blocked: forItsOwner(
      `the key may not be exported, or Windows cannot decrypt it in this session (0x8009000B): ${LOG_ON}; where that ends so too, ${FROM_ITS_FILE}`,
    ),
  },
  ...NOT_OPENED.map((code) => ({
    code,
    blocked: forItsOwner(`Windows does not open the key in this session (${showCode(code)}): ${LOG_ON}`),
  })),
];

/** CRYPT_E_SELF_SIGNED: what certutil was seen to say of a certificate that is its own root. */
const SELF_SIGNED = 0x80092007;

/**
 * Without NoRoot certutil may make the certificate a trusted root, or write one anew that is there with less trust: so it is
 * told to a person, and not tried.
 */
const NOT_WITHOUT_ITS_ROOT: Blocked = {
  blocked: true,
  why: 'certutil does not import this self-signed certificate where it is told to add no trusted root (0x80092007): export it with its key and import the file in certlm.msc, or have one issued by an authority',
  who: 'somebody who decides whether this server is to trust the certificate',
};

/** Where the transfer file of a certificate lies. */
export const transferFile = (certificate: StoreCertificate, places: Places): string =>
  `${workFolder(places)}\\${certificate.thumbprint}.pfx`;

/** The folder that nobody but Administrators and SYSTEM can enter. Who runs this is elevated, and so an administrator. */
export function privateFolderStep(places: Places): Step {
  const path = workFolder(places);
  return {
    title: 'Make a work folder that only administrators can enter',
    do: { kind: 'make-private-folder', path, command: makePrivate(path) },
    undo: 'none',
    holds: { kind: 'action-succeeds' },
  };
}

/** Exports the certificate with its key, as the caller, who must be the key's owner. */
export function exportStep(certificate: StoreCertificate, places: Places, refused: Refusals): Step {
  const file = transferFile(certificate, places);
  const command = exportPfx(certificate.store, certificate.thumbprint, file, TRANSFER_PASSWORD);
  return {
    title: 'Export the certificate with its key to a transfer file',
    do: { kind: 'run', command },
    undo: { do: { kind: 'remove-file', path: file }, holds: { kind: 'file-absent', path: file } },
    holds: { kind: 'file-present', path: file },
    always: true,
    needsPerson: refused,
  };
}

/** Demands that the transfer file holds the bound certificate with its own key, before anything is deleted. */
export function checkStep(certificate: StoreCertificate, places: Places): Step {
  const { thumbprint } = certificate;
  return {
    title: 'Check that the transfer file holds this certificate with its own key',
    do: { kind: 'check-pfx', path: transferFile(certificate, places), password: TRANSFER_PASSWORD, thumbprint },
    undo: 'none',
    holds: { kind: 'action-succeeds' },
  };
}

/**
 * Deletes the entry and imports it anew with a machine key. The entry goes first, because an import over an existing
 * entry may keep the old key property; its exact bytes are the undo. Deleting an entry leaves its key (KB889651).
 */
export function replaceEntrySteps(certificate: StoreCertificate, places: Places): readonly Step[] {
  const { store, thumbprint } = certificate;
  const file = transferFile(certificate, places);
  const deletion: Action = { kind: 'run', command: deleteStoreEntry(store, thumbprint) };
  return [
    keepEntryStep(certificate, places),
    {
      title: `Delete the store entry LocalMachine\\${store} (its key stays)`,
      do: deletion,
      undo: putEntryBack(certificate, places),
      holds: { kind: 'store-lacks', store, thumbprint },
    },
    {
      title: 'Import it with a machine key',
      do: { kind: 'run', command: importPfx(file, TRANSFER_PASSWORD, store, modifiersFor(certificate)) },
      undo: { do: deletion, holds: { kind: 'store-lacks', store, thumbprint } },
      holds: { kind: 'machine-key', store, thumbprint },
      ...(certificate.facts.selfSigned && {
        needsPerson: [{ code: SELF_SIGNED, blocked: NOT_WITHOUT_ITS_ROOT }],
      }),
    },
  ];
}

/** CryptoAPI keys of a web server are exchange keys; a key storage provider knows no such difference. */
function modifiersFor(certificate: StoreCertificate): readonly ('AT_KEYEXCHANGE' | 'NoRoot')[] {
  return certificate.key !== undefined && certificate.key.type !== 0 ? ['AT_KEYEXCHANGE', 'NoRoot'] : ['NoRoot'];
}

/** Before anything is done to an entry: its exact bytes, as a file, since the disk may be full by the time they are needed. */
export function keepEntryStep(certificate: StoreCertificate, places: Places): Step {
  const { sha256, entry } = keptEntry(certificate, places);
  return {
    title: 'Keep the store entry as a file, to put it back from',
    do: { kind: 'keep-store-entry', ...entry },
    undo: 'none',
    holds: { kind: 'file-is', path: entry.file, sha256 },
  };
}

/** Takes back whatever was done to an entry. */
export function putEntryBack(certificate: StoreCertificate, places: Places): Exclude<Step['undo'], 'none'> {
  const { entry } = keptEntry(certificate, places);
  const { store, thumbprint, blob } = certificate;
  return {
    do: { kind: 'restore-store-entry', ...entry, command: importFile(entry.file) },
    holds: { kind: 'entry-is', store, thumbprint, sha256: digest(blob) },
  };
}

/** Named after the bytes that the file holds, so that the same entry is never kept twice. It holds no key. */
function keptEntry({ store, thumbprint, blob }: StoreCertificate, places: Places) {
  const sha256 = digest(storeEntryRegFile(store, thumbprint, blob));
  const file = `${backupFolder(places)}\\${thumbprint}.${sha256.slice(0, 12)}.reg`;
  return { sha256, entry: { store, thumbprint, blob: Buffer.from(blob).toString('base64'), file } };
}

/** Removes the transfer file, whatever happened. */
export const removeTransferFile = (certificate: StoreCertificate, places: Places): Action => ({
  kind: 'remove-file',
  path: transferFile(certificate, places),
});
