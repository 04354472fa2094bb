// What chains and the mapper are said to be, in a person's words.

import { addressOf } from '../formats/http-sys/endpoint.ts';
import type { Chain } from '../model/server/chain.ts';
import type { Evidence } from '../model/server/evidence.ts';
import type { MapperFault } from './mapper.ts';
import type { Shadow } from './records/shadows.ts';

/** The end of a sentence, without its full stop. `endpoints` are keys, see endpointKey. */
export function downWords(endpoints: readonly string[], { handshakes }: Pick<Evidence, 'handshakes'>): string {
  const greeted = endpoints.some((endpoint) => handshakes.get(endpoint)?.some(({ got }) => got.known));
  return greeted ? 'HTTPS is down' : 'HTTPS is down, or will be after the next reboot; no handshake was made';
}

/** The first eight digits tell certificates of one server apart; facts and documents have all forty. */
export const shortThumbprint = (thumbprint: string): string => thumbprint.slice(0, 8);

/** When what http.sys holds open ends: see Finding.breaks. */
export const AT_REBOOT = 'at the next reboot';

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

/** One clause: whom a record hides, and what visitors get there. */
export function shadowWords({ record, by, hidden, met }: Shadow): string {
  const place = addressOf(record.endpoint) === '::' ? 'over IPv6' : `at ${addressOf(record.endpoint)}`;
  const whose = by.length > 0 ? `, which ${siteNames(by)} has for itself,` : '';
  const answers = `answers visitors of ${siteNames(hidden)} ${place}${whose} before the site's own record does`;
  switch (met) {
    case 'alike':
      return `${answers}; it names the same certificate now, and nothing renews it with the site's`;
    case 'no TLS':
      return `${answers}, and they get no TLS`;
    case 'another certificate':
      return `${answers}, and they get another certificate`;
    case 'gone':
      return `${answers}, and the certificate that it names is not there: they get no TLS; nobody was greeted there`;
    case undefined:
      return `${answers}, and names another certificate; nobody was greeted there`;
  }
}

/** Each site once, the first of many. */
export const siteNames = (chains: readonly Chain[]): string =>
  listed([...new Set(chains.map(({ site }) => site.name))], 8);
