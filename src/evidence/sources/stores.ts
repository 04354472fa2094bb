// The certificate stores of the registry: those of the machine that are served from, and those that chains are made of.

import { MACHINES_STORES, readStoreExport } from '../../formats/certificates/store-export.ts';
import { isEmptyReg } from '../../formats/registry/reg-writing.ts';
import { ok } from '../../model/result.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { known } from '../../model/server/known.ts';
import { exportKey } from '../../windows-commands/reg.ts';
import type { EvidenceReader } from '../readers/evidence-reader.ts';
import { interpret, type Reading } from '../readers/reading.ts';
import { asks } from './asking.ts';
import type { Reason } from './reasons.ts';
import { readRegistry } from './registry.ts';
import type { Need, Read, Source } from './source.ts';

type Store = Evidence['storeMy'];

/**
 * A LocalMachine store. A server may lack all but MY: WebHosting came with IIS 8, REQUEST with the first request. An entry
 * that cannot be read is listed beside the others: a certificate that is there must not be called missing.
 */
export const machineStore = (store: string, needed: Need): Source<Store> => ({
  what: `LocalMachine\\${store}`,
  needed,
  ...(store !== 'MY' && { absence: 'said' }),
  ask: asks(`registry/store-${store}.reg`, exportKey(`${MACHINES_STORES}\\${store}`)),
  read: ([reading]) => {
    const { value, unreadable } = entriesIn(reading, store, MACHINES_STORES);
    if (reading?.result === 'ok') reading.release?.();
    return { value, entries: unreadable };
  },
});

/** SYSTEM has stores for itself, beside the machine's. */
export const OF_SYSTEM = {
  what: "SYSTEM's own CA store",
  file: 'store-system-CA',
  stores: 'HKU\\S-1-5-18\\Software\\Microsoft\\SystemCertificates',
};

/**
 * A store of issuers: without it a chain is explained, and not mended. An entry that cannot be read is no issuer. Of a folder
 * it is said where the whole file cannot be; on a live server nothing rests on it.
 */
export const issuerStore = (
  store: string,
  extent: Reason,
  { what, file, stores } = { what: `LocalMachine\\${store}`, file: `store-${store}`, stores: MACHINES_STORES },
): Source<Store> => ({
  what,
  needed: 'aid',
  extent,
  absence: 'said',
  ask: asks(`registry/${file}.reg`, exportKey(`${stores}\\${store}`)),
  read: ([reading], { recorded }: Pick<EvidenceReader, 'recorded'>): Read<Store> => {
    const { value } = entriesIn(reading, store, stores);
    const isDamaged = !value.known && value.broken && recorded;
    return { value, ...(isDamaged && { unread: [{ what, why: value.why, broken: true }] }) };
  },
});

/** What a store holds. Where its key is absent, or a file without a key says so, the store is empty; MY is never absent. */
function entriesIn(reading: Reading | undefined, store: string, stores: string) {
  const mayLack = store !== 'MY';
  if (reading?.result === 'absent' && mayLack && reading.source.kind === 'command')
    return { value: known([], reading.source), unreadable: [] };
  const none = ok({ certificates: [], unreadable: [] });
  const read = interpret(reading, (bytes) =>
    readRegistry(bytes, (file) => (mayLack && isEmptyReg(file) ? none : readStoreExport(file, store, stores))),
  );
  if (!read.known) return { value: read, unreadable: [] };
  return { value: known(read.value.certificates, read.source), unreadable: read.value.unreadable };
}
