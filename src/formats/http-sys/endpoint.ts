// Endpoints: of site bindings (`bindingInformation` with `sslFlags`) and of http.sys records, in one canonical spelling.

import { fail, ok, type Result } from '../../model/result.ts';
import type { Greeting } from '../../model/server/evidence.ts';
import { asciiHost } from '../../model/server/host-name.ts';
import { CENTRAL_STORE_FLAG, type Endpoint, SNI_FLAG, type SslTable } from '../../model/server/ssl-record.ts';

interface BindingParts {
  readonly address: string;
  readonly port: string;
  readonly host: string;
}

/**
 * The http.sys endpoint of an https binding (IIS configuration reference, `binding`): with the CCS bit its port, with
 * the SNI bit `host:port`, else `address:port`.
 */
export function endpointOfBinding(information: string, sslFlags: number): Result<Endpoint> {
  const parts = splitBinding(information);
  if (parts === undefined) return fail(`"${information}" is not ADDRESS:PORT:HOST`);
  const { address, port, host } = parts;
  if ((sslFlags & CENTRAL_STORE_FLAG) !== 0) return readEndpoint('ccs', port);
  if ((sslFlags & SNI_FLAG) === 0) return readEndpoint('ip', `${address}:${port}`);
  if (host === '') return fail(`"${information}" asks for SNI and names no host`);
  // A client asks in A-labels, so a record is made for these; one that is there keeps its own spelling.
  return readEndpoint('sni', `${asciiHost(host)}:${port}`);
}

/** The host name of a binding in A-labels; '' when it has none or has another form. */
export const hostOfBinding = (information: string): string => asciiHost(splitBinding(information)?.host ?? '');

/** The address of a binding in its canonical spelling, IPv6 without brackets; undefined when it has another form. */
export function addressOfBinding(information: string): string | undefined {
  return withoutBrackets(canonicalAddress(splitBinding(information)?.address ?? 'none'));
}

/** An IP address in the one spelling that endpoints have, without brackets and zone; undefined when it is none. */
export function canonicalIp(text: string): string | undefined {
  const bare = text.trim().replace(/%.*$/, '');
  if (bare === '' || bare === '*') return undefined;
  return withoutBrackets(canonicalAddress(bare.includes(':') ? `[${bare}]` : bare));
}

/** Most addresses have none, and nothing is made anew for them. */
const withoutBrackets = <T extends string | undefined>(place: T): T | string =>
  place?.startsWith('[') || place?.endsWith(']') ? place.replace(/^\[|\]$/g, '') : place;

/** Reads an endpoint as http.sys names it: `address:port`, `host:port`, or a bare port; gives the canonical spelling. */
export function readEndpoint(table: SslTable, name: string): Result<Endpoint> {
  if (table === 'ccs') {
    const port = canonicalPort(name);
    return port === undefined ? fail(`"${name}" is not a port`) : ok({ table, name: port });
  }
  const colon = name.lastIndexOf(':');
  const port = canonicalPort(name.slice(colon + 1));
  if (colon < 1 && table !== 'ip') return fail(`"${name}" is not HOST:PORT`);
  if (port === undefined) return fail(`"${name}" has no port from 1 to 65535`);
  const before = name.slice(0, Math.max(colon, 0)).trim();
  const place = table === 'ip' ? canonicalAddress(before) : canonicalHost(before);
  if (place !== undefined) return ok({ table, name: `${place}:${port}` });
  return fail(`"${name}" has no ${table === 'ip' ? 'IP address' : 'host name'} before its port`);
}

/** The port of an endpoint. */
export const portOf = (endpoint: Endpoint): number => Number(endpoint.name.slice(endpoint.name.lastIndexOf(':') + 1));

/** The address or host name of an endpoint, IPv6 without its brackets; '' for a CCS endpoint. */
export function addressOf(endpoint: Endpoint): string {
  return withoutBrackets(endpoint.name.slice(0, Math.max(endpoint.name.lastIndexOf(':'), 0)));
}

/** Whom a greeting greets, in words: `192.0.2.10:443`, `[::1]:443 as shop.example.test`. */
export function greetingName({ address, port, name }: Greeting): string {
  const place = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return name === '' ? place : `${place} as ${name}`;
}

/** All addresses, of a family or of both. */
export const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::';

/** Of one network cable: no visitor comes from another network by it, and its zone is not known here. */
export const isLinkLocal = (address: string): boolean => /^fe80:/i.test(address);

/** Loopback, in either family. */
export const isLoopback = (address: string): boolean => /^(?:127(?:\.\d+){3}|::1)$/.test(address);

/**
 * Exchange writes `:443:` for all addresses, IIS Manager `*:443:`; IPv6 stands in brackets. A binding is asked about many times
 * in a row, by its link as by its neighbours: the last answer is kept.
 */
function splitBinding(information: string): BindingParts | undefined {
  if (information === lastSplit.information) return lastSplit.parts;
  const match = /^(\[[^\]]*\]|[^:[\]]*):([^:]*):([^:]*)$/.exec(information.trim());
  const [, address = '', port = '', host = ''] = match ?? [];
  const parts = match === null ? undefined : { address, port, host: host.trim() };
  lastSplit = { information, parts };
  return parts;
}

let lastSplit: { readonly information: string; readonly parts: BindingParts | undefined } = {
  information: '',
  parts: undefined,
};

function canonicalPort(text: string): string | undefined {
  if (!/^\s*[0-9]{1,5}\s*$/.test(text)) return undefined;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? String(port) : undefined;
}

function canonicalHost(text: string): string | undefined {
  return /^[^\s:[\]/\\]{1,253}$/.test(text) ? text.toLowerCase() : undefined;
}

function canonicalAddress(text: string): string | undefined {
  if (text === '' || text === '*') return '0.0.0.0';
  if (text.startsWith('[')) return canonicalIpv6(text);
  const parts = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) ? text.split('.').map(Number) : [];
  return parts.length === 4 && parts.every((part) => part <= 255) ? parts.join('.') : undefined;
}

/** The shortest spelling (RFC 5952) is what a URL's host has; a zone (`%4`) is kept as it is. */
function canonicalIpv6(text: string): string | undefined {
  const match = /^\[([0-9a-f:.]{2,45})(%[0-9a-z]{1,20})?\]$/i.exec(text);
  if (match === null) return undefined;
  const url = `http://[${match[1]}]/`;
  return URL.canParse(url) ? new URL(url).hostname.replace(']', `${(match[2] ?? '').toLowerCase()}]`) : undefined;
}
