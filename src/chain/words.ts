// What chains and the mapper are said to be, in a person's words.

import { addressOf } from '../formats/http-sys/endpoint.ts';
import type { Chain } from '../model/server/chain.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { shortThumbprint } from './certificates/certificates.ts';
import type { MapperFault } from './mapper.ts';
import type { Shadow } from './records/shadows.ts';

/** What no handshake has shown is not said to be so: the service keeps what it has open until the reboot. */
const NOT_TRIED = 'is down, or will be after the next reboot (no handshake was tried)';

/** The end of a sentence, without its full stop. `endpoints` are keys, see endpointKey; `whose` are the sites, by name. */
export function downWords(
  endpoints: readonly string[],
  whose: string,
  { handshakes }: Pick<Evidence, 'handshakes'>,
): string {
  const isTried = endpoints.some((endpoint) => handshakes.get(endpoint)?.some(({ got }) => got.known));
  return `${httpsOf(whose)} ${isTried ? 'is down' : NOT_TRIED}`;
}

/** What visitors of some sites have; of a record without a site nobody knows whose. */
export const httpsOf = (whose: string): string => (whose === '' ? 'HTTPS' : `HTTPS of ${whose}`);

/** When what http.sys holds open ends: see Finding.breaks. */
export const AT_REBOOT = 'at the next reboot';

/** The first of them, and how many more there are: a server may have hundreds. */
export const listed = (all: readonly string[], most = 4, between = ', '): string =>
  all.length <= most ? all.join(between) : `${all.slice(0, most).join(between)} and ${all.length - most} more`;

/** A time of an event as sentences have it, to the minute. */
export const utc = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;

/** One clause per fault, behind "the certificate hash is wrong": why. */
export function describeMapperFault(fault: MapperFault, store: string): string {
  switch (fault) {
    case 'not-base64':
      return 'it is not base64';
    case 'not-20-bytes':
      return 'it does not have 20 bytes';
    case 'no-such-certificate':
      return `no certificate in LocalMachine\\${store} has it`;
    case 'key-unusable':
      return 'SYSTEM cannot use the private key of its certificate';
    case 'other-than-record':
      return 'the SSL record names another certificate';
    case 'no-such-site':
      return 'its site does not exist any more';
  }
}

/** One clause: whom a record hides, and what visitors get there. */
export function shadowWords({ record, by, hidden, met }: Shadow): string {
  const place = addressOf(record.endpoint) === '::' ? 'over IPv6' : `at ${addressOf(record.endpoint)}`;
  const whose = by.length > 0 ? `, which belongs to ${siteNames(by)},` : '';
  const answers = `answers visitors of ${siteNames(hidden)} ${place}${whose} before the site's own record`;
  const which = record.thumbprint === '' ? '' : ` (${shortThumbprint(record.thumbprint)})`;
  switch (met) {
    case 'alike':
      return `${answers}: the certificate is the same now, and will be the old one after its renewal`;
    case 'no TLS':
      return `${answers}: they get no TLS`;
    case 'another certificate':
      return `${answers}: they get another certificate${which}`;
    case 'gone':
      return `${answers}: its certificate${which} is gone, so they get no TLS, and no handshake was tried there`;
    case undefined:
      return `${answers}: it names another certificate${which}, and no handshake was tried there`;
  }
}

/** Each site once, the first of many. */
export const siteNames = (chains: readonly Chain[]): string =>
  listed([...new Set(chains.map(({ site }) => site.name))], 8);
