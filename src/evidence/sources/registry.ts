// The registry probes: SSL records and certificate stores, from `reg export` files, exact and in no language.

import { readStoreExport } from '../../formats/certificates/store-export.ts';
import { listenListIn, readSslRecords } from '../../formats/http-sys/ssl-record.ts';
import { type RegFile, readRegFile } from '../../formats/registry/reg-file.ts';
import { isEmptyReg } from '../../formats/registry/reg-writing.ts';
import { ok, type Result } from '../../model/result.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { known } from '../../model/server/known.ts';
import { interpret, type Reading } from '../readers/reading.ts';
import type { Read } from './source.ts';

/** A reader of a parsed .reg file, over the bytes of one. */
function readRegistry<T>(bytes: Uint8Array, read: (file: RegFile) => Result<T>): Result<T> {
  const file = readRegFile(bytes);
  return file.ok ? read(file.value) : file;
}

/** The SSL records of http.sys, exact; what netsh shows is the second choice, since its labels are translated. */
export const readRecords = ([reading]: readonly Reading[]): Read<Evidence['records']> => ({
  value: interpret(reading, (bytes) => readRegistry(bytes, readSslRecords)),
});

/** The listen list of http.sys, beside its records. */
export const readListenList = (reading: Reading): Read<Evidence['listenList']> => ({
  value: interpret(reading, (bytes) => readRegistry(bytes, listenListIn)),
});

/**
 * A LocalMachine store. A server may lack all but MY: WebHosting came with IIS 8, REQUEST with the first request. Where its
 * key is absent, or a file without a key says so, the store is empty. An entry that cannot be read is listed beside the
 * others: a certificate that is there must not be called missing.
 */
export const readStore =
  (store: string) =>
  ([reading]: readonly Reading[]): Read<Evidence['storeMy']> => {
    const mayLack = store !== 'MY';
    if (reading?.result === 'absent' && mayLack && reading.source.kind === 'command')
      return { value: known([], reading.source) };
    const none = ok({ certificates: [], unreadable: [] });
    const read = interpret(reading, (bytes) =>
      readRegistry(bytes, (file) => (mayLack && isEmptyReg(file) ? none : readStoreExport(file, store))),
    );
    if (!read.known) return { value: read };
    return { value: known(read.value.certificates, read.source), entries: read.value.unreadable };
  };
