// A record of another product is explained by that product's name, and never touched.

import { isOurs, ownerName } from '../server/record-owner.ts';
import type { SslRecord } from '../server/ssl-record.ts';
import type { Blocked } from './plan.ts';

/** Why the record of this product is left alone. */
export const onlyChangedBy = (owner: string): Blocked => ({
  blocked: true,
  why: `the record is not of IIS, and only ${owner} changes it`,
  who: owner,
});

/** The same for a record; undefined for one of ours. */
export const leftToOwner = (record: Pick<SslRecord, 'appId'>): Blocked | undefined =>
  isOurs(record) ? undefined : onlyChangedBy(ownerName(record));
