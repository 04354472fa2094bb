// The steps that run a binding again, add a lost record, or refuse to, with every setting of the record kept.

import type { Command } from '../../model/repair/command.ts';
import type { Condition, Step } from '../../model/repair/plan.ts';
import type { Host } from '../../model/repair/planning.ts';
import { ok, type Result } from '../../model/result.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { addSslRecord, deleteSslRecord, EVERY_OPTION, updateSslRecord } from '../../windows-commands/netsh.ts';

/**
 * Makes http.sys take the record anew. Where netsh can update, that is done first and leaves no gap; the record is
 * deleted and added again only if no client gets its certificate then. What cannot be added again is refused before
 * anything is deleted.
 */
export function rebindSteps(record: SslRecord, host: Host): Result<readonly Step[]> {
  const added = addRecordSteps(record, host);
  if (!added.ok) return added;
  const update = updateCommand(record, host);
  const anew = again(record, added.value);
  if (update === undefined) return ok([deleteStep(record, added.value), ...anew]);
  const serves: Condition = { kind: 'serves', record };
  return ok([updateStep(record, update), { ...deleteStep(record, added.value), unless: serves }, ...anew]);
}

/** Undefined where this host's netsh knows no update, or not with every option that the record needs. */
function updateCommand(record: SslRecord, { netshUpdates }: Host): Command | undefined {
  if (netshUpdates === undefined) return undefined;
  const command = updateSslRecord(record, netshUpdates);
  return command.ok ? command.value : undefined;
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

/** Deletes a record; it is taken back by what would add it again. */
export function deleteStep(record: SslRecord, added: readonly Step[]): Step {
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

/** Puts `wanted` in the place of the record that stands at its endpoint; refused where either could not be added. `as`: what it is then, for a title. */
export function replaceRecordSteps(
  present: SslRecord,
  wanted: SslRecord,
  host: Host,
  as: string,
): Result<readonly Step[]> {
  const back = addRecordSteps(present, host);
  if (!back.ok) return back;
  const added = addRecordSteps(wanted, host);
  if (!added.ok) return added;
  const title = `Add the SSL record of ${wanted.endpoint.name} ${as}`;
  return ok([deleteStep(present, back.value), ...added.value.map((step) => ({ ...step, title }))]);
}

/** Adds one record. */
export function addRecordSteps(record: SslRecord, host: Host): Result<readonly Step[]> {
  const command = addSslRecord(record, host.netshAdds);
  if (!command.ok) return command;
  const step: Step = {
    title: `Add the SSL record of ${record.endpoint.name}`,
    do: { kind: 'run', command: command.value, patient: true },
    undo: {
      do: { kind: 'run', command: deleteSslRecord(record.endpoint) },
      holds: { kind: 'record-absent', endpoint: record.endpoint },
    },
    holds: { kind: 'record-is', record },
  };
  return ok([step]);
}

/** The same for an endpoint that has none: nothing is deleted for it, so an option that nobody could read of netsh is tried. */
export const addLostSteps = (record: SslRecord, host: Host): Result<readonly Step[]> =>
  addRecordSteps(record, { ...host, netshAdds: host.netshAdds ?? EVERY_OPTION });
