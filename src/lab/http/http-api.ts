// HttpSetServiceConfiguration and its kin: the one way in which records change, whoever asks (netsh, IIS, the ABO mapper).

import { callerOf } from '../callers.ts';
import { acquire, dropCredential, keepCredential } from '../keys/credentials.ts';
import type { Caller } from '../program.ts';
import type { LabServer } from '../server.ts';
import { logHttp15300, logHttp15301 } from '../services/events.ts';
import { answerOf } from '../unknowns.ts';
import { deleteRecord, isCentral, type LabRecord, type LabTable, putRecord, readRecord } from './http-sys.ts';
import { makeChain } from './sent-chain.ts';

const SYSTEM = 'S-1-5-18';

/** ERROR_SUCCESS, ERROR_FILE_NOT_FOUND, ERROR_ALREADY_EXISTS, ERROR_NO_SUCH_LOGON_SESSION. */
export type HttpError = 0 | 2 | 183 | 1312;

/**
 * Makes a record. The certificate must be in its LocalMachine store with a key that opens in the judging context, the caller's
 * or the service's (else 1312); the credential that was opened this way stays with http.sys. An existing record is not touched (183).
 */
export function addRecord(server: LabServer, caller: Caller, record: LabRecord): HttpError {
  if (readRecord(server, record.table, record.endpoint) !== undefined) return 183;
  return write(server, caller, record);
}

/** Gives an existing record new settings, all of them: what is not said has its default again. */
export function replaceRecord(server: LabServer, caller: Caller, record: LabRecord): HttpError {
  const old = readRecord(server, record.table, record.endpoint);
  if (old === undefined) return 2;
  const isSame = old.thumbprint === record.thumbprint && old.store === record.store;
  const error = write(server, caller, record, isSame);
  if (error === 0 && old.thumbprint !== record.thumbprint) dropCredential(server, old);
  return error;
}

/** Deletes a record and forgets its credential. */
export function removeRecord(server: LabServer, table: LabTable, endpoint: string): HttpError {
  const record = readRecord(server, table, endpoint);
  if (record === undefined) return 2;
  deleteRecord(server, table, endpoint);
  dropCredential(server, record);
  logHttp15300(server, record.endpoint);
  return 0;
}

function write(server: LabServer, caller: Caller, record: LabRecord, isSame = false): HttpError {
  const isKept = isSame && answerOf(server.facts, 'update-credential') === 'as-it-was';
  if (!isCentral(record) && !isKept) {
    const acquired = acquire(server, judging(server, caller), record);
    if (!acquired.ok) return 1312;
    keepCredential(server, record, acquired.credential);
    makeChain(server, acquired.credential.der);
  }
  putRecord(server, record);
  logHttp15301(server, record.endpoint);
  return 0;
}

/** In whose name a key is opened when a record is made: IIS and the ABO mapper are SYSTEM themselves. */
function judging(server: LabServer, caller: Caller): Caller {
  if (caller.sid === SYSTEM || answerOf(server.facts, 'netsh-key-context') === 'of-the-caller') return caller;
  return callerOf(server, 'system');
}
