// From the arguments of `add sslcert` to the record they ask for.

import { isIP, isIPv4 } from 'node:net';
import type { LabRecord, LabTable } from '../../http/http-sys.ts';
import type { NetshOption } from './options.ts';

/** What the arguments ask for; `missing` lacks an essential one, `incorrect` has a value that netsh refuses. */
export type AskedRecord =
  | { readonly ok: true; readonly record: LabRecord }
  | { readonly ok: false; readonly why: 'missing' | 'incorrect' };

/** The endpoint that the arguments name; undefined where they name none, several or a malformed one. */
export function endpointFrom(
  values: ReadonlyMap<string, string>,
): { table: LabTable; endpoint: string } | 'missing' | 'incorrect' {
  const [ip, sni, ccs] = [values.get('ipport'), values.get('hostnameport'), values.get('ccs')];
  const given = [ip, sni, ccs].filter((value) => value !== undefined);
  if (given.length === 0) return 'missing';
  if (given.length > 1) return 'incorrect';
  if (ccs !== undefined) return isPort(ccs) ? { table: 'ccs', endpoint: String(Number(ccs)) } : 'incorrect';
  const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(ip ?? sni ?? '') ?? [];
  if (!isPort(port)) return 'incorrect';
  if (ip !== undefined)
    return isAddress(host) ? { table: 'ip', endpoint: `${host.toLowerCase()}:${Number(port)}` } : 'incorrect';
  return /^[^\s:[\]]+$/.test(host) ? { table: 'sni', endpoint: `${host.toLowerCase()}:${Number(port)}` } : 'incorrect';
}

/** The whole record. What is not given has its default, whatever an earlier record had. */
export function recordFrom(values: ReadonlyMap<string, string>, options: readonly NetshOption[]): AskedRecord {
  const place = endpointFrom(values);
  const appId = values.get('appid');
  if (place === 'missing' || appId === undefined) return { ok: false, why: 'missing' };
  if (place === 'incorrect' || !everyValueFits(values, options)) return { ok: false, why: 'incorrect' };
  const thumbprint = (values.get('certhash') ?? '').toUpperCase();
  if ((thumbprint === '') !== (place.table === 'ccs')) return { ok: false, why: 'incorrect' };
  return {
    ok: true,
    record: {
      ...place,
      thumbprint,
      appId: appId.toLowerCase(),
      store: values.get('certstorename') ?? '',
      checkMode: checkModeFrom(values),
      freshnessTime: Number(values.get('revocationfreshnesstime') ?? 0),
      urlTimeout: Number(values.get('urlretrievaltimeout') ?? 0),
      ctlIdentifier: values.get('sslctlidentifier') ?? '',
      ctlStore: values.get('sslctlstorename') ?? '',
      flags: options.reduce((flags, { tag, flag = 0 }) => (isOn(values.get(tag)) ? flags | flag : flags), 0),
    },
  };
}

// A time that is given as zero is refused by the real program too: "The parameter is incorrect."
function everyValueFits(values: ReadonlyMap<string, string>, options: readonly NetshOption[]): boolean {
  return options.every(({ tag, value: shape }) => {
    const value = values.get(tag);
    if (value === undefined) return true;
    if (shape === 'enable|disable') return /^(enable|disable)$/i.test(value);
    if (shape === '<u-int>') return /^\d{1,10}$/.test(value) && Number(value) > 0 && Number(value) <= 0xffffffff;
    if (tag === 'certhash') return /^[0-9a-f]{40}$/i.test(value);
    if (tag === 'appid') return /^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/i.test(value);
    return value !== '';
  });
}

function checkModeFrom(values: ReadonlyMap<string, string>): number {
  let mode = 0;
  if (isOff(values.get('verifyclientcertrevocation'))) mode |= 0x1;
  if (isOn(values.get('verifyrevocationwithcachedclientcertonly'))) mode |= 0x2;
  if (values.has('revocationfreshnesstime')) mode |= 0x4;
  if (isOff(values.get('usagecheck'))) mode |= 0x10000;
  return mode;
}

const isOn = (value: string | undefined): boolean => value?.toLowerCase() === 'enable';
const isOff = (value: string | undefined): boolean => value?.toLowerCase() === 'disable';
const isPort = (value: string): boolean => /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65535;

function isAddress(host: string): boolean {
  const inner = /^\[(.+)\]$/.exec(host)?.[1];
  return inner === undefined ? isIPv4(host) : isIP(inner) === 6;
}
