// A binding of the central certificate store (CCS): whether the store is there, and has a file for the binding.

import { hostOfBinding, portOf } from '../formats/http-sys/endpoint.ts';
import { centralFilesOf } from '../model/server/central-store.ts';
import type { Chain } from '../model/server/chain.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { CENTRAL_STORE_FLAG } from '../model/server/ssl-record.ts';
import { recordAt } from './records/records.ts';

type Bound = Pick<Chain, 'binding' | 'endpoint'>;

/** Whether its certificate is to come from the store. */
export const isOfCentralStore = ({ binding }: Pick<Chain, 'binding'>): boolean =>
  (binding.sslFlags & CENTRAL_STORE_FLAG) !== 0;

/** Whether the store is switched on; undefined where nobody knows. */
export const centralStoreIsOn = ({ centralStore }: Evidence): boolean | undefined =>
  centralStore.known ? centralStore.value.enabled : undefined;

/** What the store would need for a binding and does not have, in one clause. */
export function missingFile({ binding, endpoint }: Bound, { centralStore, records }: Evidence): string | undefined {
  const host = hostOfBinding(binding.information);
  if (!centralStore.known || !centralStore.value.files.known || host === '') return undefined;
  const { location, userName, files } = centralStore.value;
  // A record by host name comes before the store.
  const byName = { table: 'sni', name: `${host}:${portOf(endpoint)}` } as const;
  if (records.known && recordAt(records.value, byName) !== undefined) return undefined;
  const wanted = centralFilesOf(host);
  if (wanted.some((name) => files.value.has(name))) return undefined;
  const where = `${location ?? 'the folder of the central certificate store'}${userName ? ` (which IIS opens as ${userName})` : ''}`;
  return `${where} does not have ${wanted.join(' or ')}`;
}
