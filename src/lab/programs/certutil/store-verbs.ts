// certutil -store, -delstore and -addstore.

import { X509Certificate } from 'node:crypto';
import { certificateParts } from '../../certificates/certificate-parts.ts';
import { entryFrom, matchEntry, type StoreEntry } from '../../certificates/store.ts';
import type { Caller } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import type { CertutilCall } from './arguments.ts';
import { certificateBlock } from './certificate-text.ts';
import { verboseBlock } from './certificate-verbose.ts';
import { nameParts, simpleName } from './distinguished-name.ts';
import { E_ACCESSDENIED, FILE_NOT_FOUND, INVALID_DATA, NTE_NOT_FOUND, type Outcome } from './outcome.ts';
import { storePlace } from './store-place.ts';

/** -store [Store [CertId]]: one block a certificate, an empty line between two. */
export function showStore(server: LabServer, caller: Caller, call: CertutilCall): Outcome {
  const [store = 'CA', token] = call.operands;
  const { header, entries } = storePlace(server, caller, call, store);
  if (!entries) return { lines: [header], failed: FILE_NOT_FOUND };
  const wanted = token === undefined ? entries : matching(entries, token);
  if (token !== undefined && wanted.length === 0) return { lines: [header], failed: NTE_NOT_FOUND };
  const block = call.flags.has('v') ? verboseBlock : certificateBlock;
  const blocks = wanted.map((entry) => block(server, caller, entries.indexOf(entry), entry));
  return { lines: [header, ...blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))] };
}

/** -delstore Store CertId: an absent certificate is success, and only the missing line tells. The key stays. */
export function deleteFromStore(server: LabServer, caller: Caller, call: CertutilCall): Outcome {
  const [store = '', token = ''] = call.operands;
  const { header, entries, writable, remove } = storePlace(server, caller, call, store);
  if (!entries) return { lines: [header], failed: FILE_NOT_FOUND };
  const wanted = matching(entries, token);
  if (wanted.length > 0 && !writable) return { lines: [header], failed: E_ACCESSDENIED };
  const lines = wanted.map((entry) => {
    remove(entry.thumbprint);
    const subject = nameParts(certificateParts(entry.der).subject).join(', ');
    return `Deleting Certificate ${entries.indexOf(entry)}: ${subject}:${entry.thumbprint.toLowerCase()}`;
  });
  return { lines: [header, ...lines] };
}

/** -addstore Store File: a certificate in DER or PEM. It brings no key. */
export function addToStore(server: LabServer, caller: Caller, call: CertutilCall): Outcome {
  const [store = '', file = ''] = call.operands;
  const { header, entries, writable, put } = storePlace(server, caller, call, store);
  const bytes = server.disk.read(file);
  if (!bytes) return { lines: [], failed: FILE_NOT_FOUND };
  // Only -f makes a store that is not there yet.
  if (!entries && !call.flags.has('f')) return { lines: [header], failed: FILE_NOT_FOUND };
  if (!writable) return { lines: [header], failed: E_ACCESSDENIED };
  const der = certificateIn(bytes);
  if (!der) return { lines: [header], failed: INVALID_DATA };

  const entry = entryFrom(der);
  const name = simpleName(certificateParts(der).subject);
  if (entries?.some(({ thumbprint }) => thumbprint === entry.thumbprint)) {
    return { lines: [header, `Certificate "${name}" already in store.`] };
  }
  put(entry);
  return { lines: [header, `Certificate "${name}" added to store.`] };
}

function matching(entries: readonly StoreEntry[], token: string): readonly StoreEntry[] {
  const entry = matchEntry(entries, token);
  return entry ? [entry] : [];
}

function certificateIn(bytes: Buffer): Buffer | undefined {
  try {
    return new X509Certificate(bytes).raw;
  } catch {
    return undefined;
  }
}
