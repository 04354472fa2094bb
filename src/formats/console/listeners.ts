// Who listens where, as `netstat -ano` prints it. A listener is a row without a peer: no word of it is read.

import { fail, ok, type Result } from '../../model/result.ts';
import type { Listener } from '../../model/server/evidence.ts';
import { canonicalIp } from '../http-sys/endpoint.ts';
import { consoleText } from './console-text.ts';

/** `  TCP    0.0.0.0:443    0.0.0.0:0    LISTENING    4`, with the state in any language. */
const LISTENER = /^[ \t]*TCP[ \t]+(\S+):(\d{1,5})[ \t]+(?:0\.0\.0\.0|\[::\]):0[ \t].*?(\d+)[ \t]*$/i;

const rows = (bytes: Uint8Array): readonly string[] =>
  consoleText(bytes)
    .split(/\r?\n/)
    .filter((line) => LISTENER.test(line));

/** Every Windows listens somewhere: no row at all is no answer. */
export function readListeners(bytes: Uint8Array): Result<readonly Listener[]> {
  const found = rows(bytes).flatMap((line) => {
    const [, place = '', port, processId] = LISTENER.exec(line) ?? [];
    const address = canonicalIp(place.replace(/^\[|\]$/g, ''));
    return address === undefined ? [] : [{ address, port: Number(port), processId: Number(processId) }];
  });
  return found.length === 0 ? fail('no listener in it') : ok(found);
}

/** The same without the rows of connections, which name the visitors of the server. */
export const withoutPeers = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(
    rows(bytes)
      .map((line) => `${line}\r\n`)
      .join(''),
  );
