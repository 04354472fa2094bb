// Host names as they go over the wire.

import { domainToASCII } from 'node:url';

/**
 * The A-label form (`xn--...`) in lower case: what TLS clients and certificates say, while IIS keeps what was typed. A
 * name that has none stays as it is. ASCII is never given to the URL parser, which takes `1.2` for an address.
 */
export const asciiHost = (host: string): string =>
  (/[^\0-\x7f]/.test(host) && domainToASCII(host)) || host.toLowerCase();
