// Faults of a private key that lies where it should.

import { putEntry } from '../certificates/store.ts';
import { PROPERTY, withProperty } from '../certificates/store-entry.ts';
import type { LabServer } from '../server.ts';
import { certificateInUse } from './in-use.ts';

/**
 * The certificate of the first https site was deleted and added again from a .cer file: the entry names no key, and the key
 * lies where it lay (KB 889651).
 */
export function loseKeyLink(server: LabServer): void {
  const { store, entry } = certificateInUse(server);
  putEntry(server, store, withProperty(entry, PROPERTY.keyProvInfo, undefined));
}
