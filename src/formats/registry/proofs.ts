// The proofs that administrators have made our data folder, from `reg query` of the key that holds them.

import { consoleText } from '../console/console-text.ts';

/** The names of the values that are proofs: 64 hex digits, in lower case. Words around them may be in any language. */
export const readProofs = (bytes: Uint8Array): ReadonlySet<string> =>
  new Set([...consoleText(bytes).matchAll(/^[ \t]+([0-9a-f]{64})[ \t]+REG_SZ[ \t]/gm)].map(([, proof = '']) => proof));
