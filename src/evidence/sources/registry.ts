// The SSL records of http.sys, from `reg export` files, exact and in no language.

import { listenListIn, readSslRecords } from '../../formats/http-sys/ssl-record.ts';
import { type RegFile, readRegFile } from '../../formats/registry/reg-file.ts';
import { once } from '../../model/once.ts';
import type { Result } from '../../model/result.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { interpret, type Reading } from '../readers/reading.ts';
import type { Read } from './source.ts';

/** A reader of a parsed .reg file, over the bytes of one. */
export function readRegistry<T>(bytes: Uint8Array, read: (file: RegFile) => Result<T>): Result<T> {
  const file = readRegFile(bytes);
  return file.ok ? read(file.value) : file;
}

/** The SSL records of http.sys, exact; what netsh shows is the second choice, since its labels are translated. */
export const readRecords = ([reading]: readonly Reading[]): Read<Evidence['records']> => ({
  value: interpret(reading, (bytes) => ofHttpParameters(bytes, readSslRecords)),
});

/** The listen list of http.sys, beside its records. */
export const readListenList = (reading: Reading): Read<Evidence['listenList']> => ({
  value: interpret(reading, (bytes) => ofHttpParameters(bytes, listenListIn)),
});

/** Two fields of the evidence stand in this one export, which has 10 MB for 10,000 records: it is read once. */
const readHttpParameters = once(readRegFile);

function ofHttpParameters<T>(bytes: Uint8Array, read: (file: RegFile) => Result<T>): Result<T> {
  const file = readHttpParameters(bytes);
  return file.ok ? read(file.value) : file;
}
