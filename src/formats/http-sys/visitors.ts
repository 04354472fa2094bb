// What greeting an endpoint and judging the greetings have in common.

/** Bounds of what is greeted at an endpoint, which may have hundreds of host names. Whatever they leave out is said. */
export const MOST_ADDRESSES = 4;
export const MOST_NAMES = 8;

/** The time for all greetings of a look together, however many endpoints do not answer. Whom it leaves out is not checked. */
export const GREETING_SECONDS = 30;

/** The name that a visitor of this host asks for: below a wildcard, one that no record has for itself. */
export const nameToAsk = (host: string): string => host.replace(/^\*(?=\.)/, 'iis-ssl-heal-check');

/** Whether http.sys listens on an address: on all where the list is empty; a wildcard in it is a whole family. */
export const listensOn = (address: string, list: readonly string[]): boolean =>
  list.length === 0 || list.includes(address) || list.includes(address.includes(':') ? '::' : '0.0.0.0');
