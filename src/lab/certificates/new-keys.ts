// The keys of a new lab. Making one takes a tenth of a second and more, and a configuration may have hundreds of sites.

import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { newKey, RSA } from './make-certificate.ts';

/** Faults break what comes first: there each certificate has a key that no other one has. */
const OWN = 16;

/** The others take turns with these, each in a container of its own, as where one request was renewed with its key. */
const SHARED = 8;

const makePair = promisify(generateKeyPair);

/** As many as a lab with so many certificates takes, made on all processors at once. */
export async function makeKeys(certificates: number): Promise<readonly KeyObject[]> {
  const some = Array.from({ length: Math.min(certificates, OWN + SHARED) });
  return (await Promise.all(some.map(() => makePair('rsa', RSA)))).map(({ privateKey }) => privateKey);
}

/** Gives the keys of one lab, one after another: first those that were made before, then what `make` makes. */
export function newKeys(before: readonly KeyObject[] = [], makeOne: () => KeyObject = newKey): () => KeyObject {
  const ready = [...before];
  const make = () => ready.shift() ?? makeOne();
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
