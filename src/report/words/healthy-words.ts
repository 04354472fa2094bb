// A binding that is in order, in one line.

import { nameOf, shortThumbprint } from '../../chain/certificates/certificates.ts';
import type { Chain } from '../../model/server/chain.ts';
import { bindingName } from './chain-state.ts';

const DAY = 86_400_000;

/**
 * `Shop, https *:443:shop.example.test, certificate shop.example.test (0ACC3C27), 210 days left`. `at`: when it was looked at, ISO 8601.
 * Where a record names no certificate of its own (the central store), what its link says.
 */
export function healthyWords(chain: Chain, at: string): string {
  const { certificate, links } = chain;
  const found = certificate.known ? certificate.value : undefined;
  const link = links.find(({ name }) => name === 'certificate');
  const serves =
    found === undefined
      ? (link?.message ?? '')
      : `certificate ${nameOf(found)} (${shortThumbprint(found.thumbprint)}), ${daysLeft(found.facts.notAfter, at)}`;
  const handshake = links.find(({ name }) => name === 'handshake');
  const untried = handshake?.state === 'unknown' ? `; handshake ${handshake.message}` : '';
  return `${chain.site.name}, ${bindingName(chain)}, ${serves}${untried}`;
}

function daysLeft(notAfter: string, at: string): string {
  const days = Math.floor((Date.parse(notAfter) - Date.parse(at)) / DAY);
  return `${days} ${days === 1 ? 'day' : 'days'} left`;
}
