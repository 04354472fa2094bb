// The steps that run a binding again, add a lost record, or refuse to, with every setting of the record kept.

import { addSslRecord, deleteSslRecord, type Refused } from '../commands-of-windows/netsh.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Step } from '../model/plan.ts';
import type { SslRecord } from '../model/ssl-record.ts';

/** Deletes the record and adds the very same one again; what cannot be added again is refused before it is deleted. */
export function rebindSteps(record: SslRecord, evidence: Evidence): readonly Step[] | Refused {
  const added = addRecordSteps(record, evidence);
  if ('refused' in added) return added;
  const [add] = added;
  if (add === undefined || add.do.kind !== 'run') return added;
  const { name } = record.endpoint;
  const deletion: Step = {
    title: `Delete the SSL record of ${name}`,
    do: { kind: 'run', command: deleteSslRecord(record.endpoint) },
    undo: { do: add.do, holds: { kind: 'record-is', record } },
    holds: { kind: 'record-absent', endpoint: record.endpoint },
  };
  return [deletion, { ...add, title: `Add the SSL record of ${name} again, every setting kept` }];
}

/** Adds one record. */
export function addRecordSteps(record: SslRecord, evidence: Evidence): readonly Step[] | Refused {
  const options = evidence.netshOptions.known ? evidence.netshOptions.value : undefined;
  const command = addSslRecord(record, options);
  if ('refused' in command) return command;
  const step: Step = {
    title: `Add the SSL record of ${record.endpoint.name}`,
    do: { kind: 'run', command },
    undo: {
      do: { kind: 'run', command: deleteSslRecord(record.endpoint) },
      holds: { kind: 'record-absent', endpoint: record.endpoint },
    },
    holds: { kind: 'record-is', record },
  };
  return [step];
}
