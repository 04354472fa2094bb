// The start of http.sys.

import { callerOf } from '../callers.ts';
import { logFailure } from '../http/credential-events.ts';
import { isCentral, type LabRecord, readRecords } from '../http/http-sys.ts';
import { readListenList } from '../http/listeners.ts';
import { forgetChains } from '../http/sent-chain.ts';
import { acquire, dropAllCredentials, giveUp } from '../keys/credentials.ts';
import type { LabServer } from '../server.ts';

/** http.sys starts: whatever it had is gone, and it opens the key of every record as SYSTEM. */
export function startHttp(server: LabServer): void {
  dropAllCredentials(server);
  forgetChains(server);
  readListenList(server);
  for (const record of readRecords(server)) startRecord(server, record);
}

function startRecord(server: LabServer, record: LabRecord): void {
  if (isCentral(record)) return;
  const acquired = acquire(server, callerOf(server, 'system'), record);
  if (acquired.ok) return;
  logFailure(server, record, acquired);
  giveUp(server, record);
}
