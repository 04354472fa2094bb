// The keys of a new lab. Making one takes a tenth of a second and more, and a configuration may have hundreds of sites.

import type { KeyObject } from 'node:crypto';
import { newKey } from './make-certificate.ts';

/** Faults break what comes first: there each certificate has a key that no other one has. */
const OWN = 16;

/** The others take turns with these, each in a container of its own, as where one request was renewed with its key. */
const SHARED = 8;

/** Gives the keys of one lab, one after another; `make` makes one. */
export function newKeys(make: () => KeyObject = newKey): () => KeyObject {
  const shared: KeyObject[] = [];
  let given = 0;
  return () => {
    const place = given - OWN;
    given += 1;
    if (place < SHARED) {
      const key = make();
      if (place >= 0) shared.push(key);
      return key;
    }
    return shared[place % SHARED] ?? make();
  };
}
