// The program makes the RSA keys of a new lab with Node; a test that has it make dozens of labs hands it keys that are there.

import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { sharedKey } from './small-lab.ts';

/** As many as a lab has keys of its own. */
const TURNS = 16;

/** From here on whoever asks Node for an RSA key gets one of the tests'; until what is returned is called. */
export function handOutKeys(): () => void {
  const { generateKeyPairSync } = crypto;
  const make: (type: string, ...options: readonly unknown[]) => unknown = generateKeyPairSync as never;
  let next = 0;
  const handOut: typeof make = (type, ...options) =>
    type === 'rsa' ? { privateKey: sharedKey(next++ % TURNS) } : make(type, ...options);
  const put = (maker: typeof make) => {
    Object.assign(crypto, { generateKeyPairSync: maker });
    syncBuiltinESMExports();
  };
  put(handOut);
  return () => put(make);
}
