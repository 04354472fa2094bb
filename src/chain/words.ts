// What chains and the mapper are said to be, in a person's words.

import type { Evidence } from '../model/evidence.ts';
import type { MapperFault } from './mapper.ts';

/** The end of a sentence, without its full stop. `endpoints` are keys, see endpointKey. */
export function downWords(endpoints: readonly string[], { handshakes }: Pick<Evidence, 'handshakes'>): string {
  const greeted = endpoints.some((endpoint) => handshakes.get(endpoint)?.some(({ got }) => got.known));
  return greeted ? 'HTTPS is down' : 'HTTPS is down, or will be after the next reboot; no handshake was made';
}

/** The first of them, and how many more there are: a server may have hundreds. */
export const listed = (all: readonly string[], most = 4, between = ', '): string =>
  all.length <= most ? all.join(between) : `${all.slice(0, most).join(between)} and ${all.length - most} more`;

/** One clause per fault: what is wrong with the entry. */
export function describeMapperFault(fault: MapperFault, store: string): string {
  switch (fault) {
    case 'not-base64':
      return 'its value is not base64';
    case 'not-20-bytes':
      return 'its value is not a hash of 20 bytes';
    case 'no-such-certificate':
      return `no certificate in LocalMachine\\${store} has that hash`;
    case 'key-unusable':
      return 'SYSTEM cannot use the key of the certificate with that hash';
    case 'other-than-record':
      return 'it is the hash of another certificate than the live SSL record has';
    case 'no-such-site':
      return 'its site does not exist any more';
  }
}
