// The registry probes: SSL records and certificate stores, from `reg export` files, exact and in no language.

import { readStoreExport, type StoreExport } from '../formats/certificates/store-export.ts';
import { readSslRecords } from '../formats/http-sys/ssl-record.ts';
import { readNetshSslcert } from '../formats/netsh/sslcert-list.ts';
import { type RegFile, readRegFile } from '../formats/registry/reg-file.ts';
import { isEmptyReg } from '../formats/registry/reg-writing.ts';
import { type Known, known, unknown } from '../model/known.ts';
import { type Parsed, parsed } from '../model/parsed.ts';
import type { SslRecord } from '../model/ssl-record.ts';
import type { EvidenceReader } from './evidence-reader.ts';
import { interpret, type Request } from './reading.ts';
import { requestsFor } from './requests.ts';

/** A reader of a parsed .reg file, over the bytes of one. */
function readRegistry<T>(bytes: Uint8Array, read: (file: RegFile) => Parsed<T>): Parsed<T> {
  const file = readRegFile(bytes);
  return file.ok ? read(file.value) : file;
}

/**
 * The SSL records of http.sys. What netsh shows is the second choice, since its labels are translated; it is asked only
 * where the registry was not read, never where what was read is malformed.
 */
export async function readRecords(reader: EvidenceReader): Promise<Known<readonly SslRecord[]>> {
  const requests = requestsFor(reader.places);
  const reading = await reader.read(requests.records);
  if (reading.result === 'ok') return interpret(reading, (bytes) => readRegistry(bytes, readSslRecords));
  const shown = interpret(await reader.read(requests.netshRecords), readNetshSslcert);
  return shown.known || shown.broken ? shown : unknown(reading.why, reading.source);
}

/** The store's export. A file without a key is a collector's word that the server has no such store. */
function readStoreFile(file: RegFile, store: string): Parsed<StoreExport> {
  return isEmptyReg(file) && store !== 'MY'
    ? parsed({ certificates: [], unreadable: [] })
    : readStoreExport(file, store);
}

/**
 * A LocalMachine store. WebHosting came with IIS 8; where its key is absent the store is empty. An entry that cannot be
 * read is listed beside the others: a certificate that is there must not be called missing.
 */
export async function readStore(reader: EvidenceReader, request: Request, store: string): Promise<Known<StoreExport>> {
  const reading = await reader.read(request);
  if (reading.result === 'absent' && store !== 'MY' && reading.source.kind === 'command')
    return known({ certificates: [], unreadable: [] }, reading.source);
  return interpret(reading, (bytes) => readRegistry(bytes, (file) => readStoreFile(file, store)));
}
