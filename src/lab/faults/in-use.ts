// What the https sites of a lab use: the places where a fault can befall.

import { readStore, type StoreEntry } from '../certificates/store.ts';
import { type AppliedConfig, type AppliedSite, configOnDisk, placeOf } from '../config/applied-config.ts';
import { type LabRecord, readRecord } from '../http/http-sys.ts';
import type { LabServer } from '../server.ts';
import { LabFaultError } from './lab-fault-error.ts';

/** The certificate of the first https site that has one, in its store. */
export function certificateInUse(server: LabServer): { store: string; entry: StoreEntry } {
  for (const record of httpsSites(configOf(server)).flatMap((site) => recordsOf(server, site))) {
    const store = record.store || 'MY';
    const entry = readStore(server, store)?.find(({ thumbprint }) => thumbprint === record.thumbprint);
    if (entry !== undefined) return { store, entry };
  }
  // The record may be lost already: another fault came first.
  const entry = readStore(server, 'MY')?.[0];
  if (entry === undefined) throw new LabFaultError('The server has no certificate whose key could be stranded.');
  return { store: 'MY', entry };
}

/** The configuration as IIS applies it. */
export const configOf = (server: LabServer): AppliedConfig => configOnDisk(server.disk);

/** The sites that have an https binding. */
export const httpsSites = (config: AppliedConfig): readonly AppliedSite[] =>
  config.sites.filter(({ bindings }) => bindings.some((binding) => placeOf(binding) !== undefined));

/** The records of a site's https bindings, central store apart. */
export function recordsOf(server: LabServer, site: AppliedSite): readonly LabRecord[] {
  return site.bindings.flatMap((binding) => {
    const place = placeOf(binding);
    if (place === undefined || place.table === 'ccs') return [];
    return readRecord(server, place.table, place.endpoint) ?? [];
  });
}
