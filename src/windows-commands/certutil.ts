// certutil: certificates and their keys in the stores of the local machine.

import type { Argument, Command, Secret } from '../model/repair/command.ts';

/** What `-importPFX` may be told beside the file. */
export type ImportModifier = 'AT_KEYEXCHANGE' | 'NoExport' | 'NoChain' | 'NoRoot';

/**
 * Exports one certificate of a machine store with its key, without its chain, over an existing file. It opens the key
 * with the caller's rights: 0x80090016 where the caller cannot reach it, 0x8009000B where it may not be exported.
 * It encrypts with 3DES by itself, which every Windows reads. Which certutil knows the option for AES is not established, nor
 * whether each imports such a file where nobody sits; the file lives for seconds, and its password is random.
 */
export function exportPfx(store: string, thumbprint: string, file: string, password: Secret): Command {
  return certutil('-f', '-p', password, '-exportPFX', store, thumbprint, file, 'NoChain');
}

/**
 * Imports a PFX into a machine store with machine keys. A root certificate in it is left out by default: a repair must
 * not make the server trust anybody new.
 */
export function importPfx(
  file: string,
  password: Secret,
  store = 'MY',
  modifiers: readonly ImportModifier[] = ['NoRoot'],
): Command {
  const tail = modifiers.length > 0 ? [modifiers.join(',')] : [];
  return certutil('-f', '-p', password, '-importPFX', store, file, ...tail);
}

/** Removes an entry and leaves its key. Ends with success where there is no such entry: look again. */
export function deleteStoreEntry(store: string, thumbprint: string): Command {
  return certutil('-delstore', store, thumbprint);
}

/** Adds a certificate from a file to the machine's intermediate authorities: nobody is trusted by that who was not before. */
export function addIssuer(file: string): Command {
  return certutil('-addstore', 'CA', file);
}

/**
 * Looks among the machine's keys for the one that belongs to the entry, and writes the entry's key link anew; with an INF it
 * writes what that says. Silent: where no key fits it may look for a smart card, and ask a desktop that is not there.
 */
export function repairStore(store: string, thumbprint: string, inf?: string): Command {
  return certutil('-silent', '-repairstore', store, thumbprint, ...(inf === undefined ? [] : [inf]));
}

function certutil(...args: Argument[]): Command {
  return { program: 'certutil', args };
}
