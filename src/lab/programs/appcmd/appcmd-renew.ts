// appcmd renew binding: moves every https binding from one certificate to another, which may be the same. Written from what
// is documented of IIS 8.5 and from programs that call it; what it prints is not known, so it prints nothing.

import { readStore } from '../../certificates/store.ts';
import { placeOf } from '../../config/applied-config.ts';
import { addRecord, removeRecord } from '../../http/http-api.ts';
import { type LabRecord, plainRecord, readRecord } from '../../http/http-sys.ts';
import { sitesOf } from '../../http/sites.ts';
import { type Caller, type ProgramResult, printed } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { recordFlags } from '../../services/config-change.ts';
import { answerOf } from '../../unknowns.ts';
import { failed, failedWith } from './appcmd-answers.ts';
import type { Words } from './appcmd-words.ts';

/** The first build that knows the verb: IIS 8.5, Windows Server 2012 R2. */
export const RENEW_SINCE = 9600;

/**
 * `renew binding /oldcert:THUMBPRINT /newcert:THUMBPRINT`: unbinds the old certificate wherever a binding uses it, and binds
 * the new one there as the caller. A thumbprint that is none is no error.
 */
export function renewBinding({ options }: Words, server: LabServer, caller: Caller): ProgramResult {
  const thumbprint = (name: string) =>
    options
      .find((option) => option.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .toUpperCase();
  const [old, next] = [thumbprint('oldcert'), thumbprint('newcert')];
  if (old === undefined || next === undefined) return failed('Must specify oldcert and newcert.', 87);
  if (old === next && answerOf(server.facts, 'renew-same-certificate') === 'does-nothing') return printed([]);
  const bound = boundTo(old, server);
  for (const { record } of bound) removeRecord(server, record.table, record.endpoint);
  for (const { record, flags } of bound) {
    const store = storeOf(next, record, server);
    const made = { ...plainRecord(record.table, record.endpoint, next, store), flags };
    const kept = answerOf(server.facts, 'renew-record-settings') === 'kept';
    const error = addRecord(server, caller, kept ? { ...record, thumbprint: next, store } : made);
    if (error !== 0) return failedWith(0x80070000 + error, 'Command execution failed.', 'The binding cannot be made.');
  }
  return printed([]);
}

interface Bound {
  readonly record: LabRecord;
  /** What the binding's own sslFlags make of the record's flags. */
  readonly flags: number;
}

/** The records of https bindings that name the certificate, each once: bindings may share one. */
function boundTo(thumbprint: string, server: LabServer): readonly Bound[] {
  const bindings = sitesOf(server).flatMap((site) => site.bindings);
  const all = bindings.flatMap((binding) => {
    const place = placeOf(binding);
    const record = place && readRecord(server, place.table, place.endpoint);
    return record?.thumbprint === thumbprint ? [{ record, flags: recordFlags(binding.sslFlags) }] : [];
  });
  return [...new Map(all.map((each) => [`${each.record.table} ${each.record.endpoint}`, each])).values()];
}

/** The record's own store where the certificate lies there too, else the other one that IIS looks into. */
function storeOf(thumbprint: string, { store }: LabRecord, server: LabServer): string {
  const stores = [store === '' ? 'MY' : store, 'MY', 'WebHosting'];
  const found = stores.find((name) => readStore(server, name)?.some((entry) => entry.thumbprint === thumbprint));
  return found === undefined || found === stores[0] ? store : found;
}
