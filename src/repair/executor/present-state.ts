// What is there now, in words, of the thing that a condition speaks of: for a person whose undo was refused.

import { digest } from '../../chain/memory/fingerprint.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Condition } from '../../model/repair/plan.ts';
import type { Known } from '../../model/server/known.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { aclOf, entryOf, recordNow, serviceNow } from './condition.ts';

/** One clause, for example `the SSL record of 0.0.0.0:443 now names 1A2B...`. */
export async function presentState(condition: Condition, machine: Machine): Promise<string> {
  switch (condition.kind) {
    case 'record-is':
    case 'serves':
      return describeRecord(condition.record.endpoint, machine);
    case 'record-absent':
      return describeRecord(condition.endpoint, machine);
    case 'entry-is':
    case 'store-lacks':
    case 'store-has':
    case 'machine-key': {
      const name = `the store entry LocalMachine\\${condition.store} ${condition.thumbprint}`;
      return orUnread(await entryOf(condition, machine), name, (entry) =>
        entry === undefined ? `${name} is not there now` : `${name} is another one now`,
      );
    }
    case 'system-may-read':
    case 'acl-is':
      return orUnread(
        await aclOf(condition.path, machine),
        condition.path,
        () => `${condition.path} has other permissions now`,
      );
    case 'file-is':
    case 'file-present':
    case 'file-absent':
    case 'folder-absent':
      return fileNow(condition.path, machine);
    case 'service-is': {
      const name = `the service ${condition.service}`;
      return orUnread(
        await serviceNow(condition.service, machine),
        name,
        ({ state }) => `${name} is now in state ${state}`,
      );
    }
    case 'action-succeeds':
      return 'nothing of it can be seen from outside';
  }
}

async function describeRecord(endpoint: SslRecord['endpoint'], machine: Machine): Promise<string> {
  const name = `the SSL record of ${endpoint.name}`;
  return orUnread(await recordNow(endpoint, machine), name, (record) =>
    record === undefined ? `${name} is not there now` : `${name} now names ${record.thumbprint}, flags ${record.flags}`,
  );
}

const orUnread = <T>(read: Known<T>, name: string, say: (value: T) => string): string =>
  read.known ? say(read.value) : `${name} cannot be read: ${read.why}`;

async function fileNow(path: string, machine: Machine): Promise<string> {
  const now = await machine.read(path);
  if (now.result === 'ok') return `${path} now has other bytes (sha256 ${digest(now.bytes).slice(0, 12)})`;
  return now.result === 'absent' ? `${path} is not there now` : `${path} cannot be read: ${now.detail}`;
}
