// The steps that run a binding again, add a lost record, or refuse to, with every setting of the record kept.

import type { Command } from '../model/command.ts';
import type { Condition, Step } from '../model/plan.ts';
import type { Host } from '../model/planning.ts';
import type { SslRecord } from '../model/ssl-record.ts';
import { addSslRecord, deleteSslRecord, type Refused, updateSslRecord } from '../windows-commands/netsh.ts';

/**
 * Makes http.sys take the record anew. Where netsh can update, that is done first and leaves no gap; the record is
 * deleted and added again only if no client gets its certificate then. What cannot be added again is refused before
 * anything is deleted.
 */
export function rebindSteps(record: SslRecord, host: Host): readonly Step[] | Refused {
  const added = addRecordSteps(record, host);
  if ('refused' in added) return added;
  const update = updateCommand(record, host);
  if (update === undefined) return [deleteStep(record, added), ...again(record, added)];
  const serves: Condition = { kind: 'serves', record };
  return [updateStep(record, update), { ...deleteStep(record, added), unless: serves }, ...again(record, added)];
}

/** Undefined where this host's netsh knows no update, or not with every option that the record needs. */
function updateCommand(record: SslRecord, { netshUpdates }: Host): Command | undefined {
  if (netshUpdates === undefined) return undefined;
  const command = updateSslRecord(record, netshUpdates);
  return 'refused' in command ? undefined : command;
}

/** The record is the same before and after, so its undo is itself. */
function updateStep(record: SslRecord, command: Command): Step {
  const { name } = record.endpoint;
  return {
    title: `Write the SSL record of ${name} anew, every setting kept`,
    do: { kind: 'run', command, patient: true },
    undo: { do: { kind: 'run', command }, holds: { kind: 'record-is', record } },
    holds: { kind: 'record-is', record },
    always: true,
  };
}

function deleteStep(record: SslRecord, added: readonly Step[]): Step {
  const [add] = added;
  const undo = add === undefined ? ('none' as const) : { do: add.do, holds: { kind: 'record-is', record } as const };
  return {
    title: `Delete the SSL record of ${record.endpoint.name}`,
    do: { kind: 'run', command: deleteSslRecord(record.endpoint) },
    undo,
    holds: { kind: 'record-absent', endpoint: record.endpoint },
  };
}

const again = (record: SslRecord, added: readonly Step[]): readonly Step[] =>
  added.map((step) => ({ ...step, title: `Add the SSL record of ${record.endpoint.name} again, every setting kept` }));

/** Puts `wanted` in the place of the record that stands at its endpoint; refused where either could not be added. */
export function replaceRecordSteps(present: SslRecord, wanted: SslRecord, host: Host): readonly Step[] | Refused {
  const back = addRecordSteps(present, host);
  if ('refused' in back) return back;
  const added = addRecordSteps(wanted, host);
  if ('refused' in added) return added;
  const title = `Add the SSL record of ${wanted.endpoint.name} as it was when it was last seen healthy`;
  return [deleteStep(present, back), ...added.map((step) => ({ ...step, title }))];
}

/** Adds one record. */
export function addRecordSteps(record: SslRecord, host: Host): readonly Step[] | Refused {
  const command = addSslRecord(record, host.netshAdds);
  if ('refused' in command) return command;
  const step: Step = {
    title: `Add the SSL record of ${record.endpoint.name}`,
    do: { kind: 'run', command, patient: true },
    undo: {
      do: { kind: 'run', command: deleteSslRecord(record.endpoint) },
      holds: { kind: 'record-absent', endpoint: record.endpoint },
    },
    holds: { kind: 'record-is', record },
  };
  return [step];
}
