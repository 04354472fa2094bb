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

/** The whole record. What is not given is that of the `kept` record; without one it has its default. */
export function recordFrom(
  values: ReadonlyMap<string, string>,
  options: readonly NetshOption[],
  kept?: LabRecord,
): AskedRecord {
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
      store: values.get('certstorename') ?? kept?.store ?? '',
      checkMode: checkModeFrom(values, kept?.checkMode ?? 0),
      freshnessTime: Number(values.get('revocationfreshnesstime') ?? kept?.freshnessTime ?? 0),
      urlTimeout: Number(values.get('urlretrievaltimeout') ?? kept?.urlTimeout ?? 0),
      ctlIdentifier: values.get('sslctlidentifier') ?? kept?.ctlIdentifier ?? '',
      ctlStore: values.get('sslctlstorename') ?? kept?.ctlStore ?? '',
      flags: options.reduce((flags, { tag, flag = 0 }) => withBit(flags, flag, values.get(tag)), kept?.flags ?? 0),
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

function checkModeFrom(values: ReadonlyMap<string, string>, kept: number): number {
  const bits = [
    [0x1, opposite(values.get('verifyclientcertrevocation'))],
    [0x2, values.get('verifyrevocationwithcachedclientcertonly')],
    [0x4, values.has('revocationfreshnesstime') ? 'enable' : undefined],
    [0x10000, opposite(values.get('usagecheck'))],
  ] as const;
  return bits.reduce((mode, [bit, value]) => withBit(mode, bit, value), kept);
}

/** The bit set or taken away as the option says; left as it is where the option is not given. */
function withBit(all: number, bit: number, value: string | undefined): number {
  if (value === undefined) return all;
  return isOn(value) ? all | bit : all & ~bit;
}

const opposite = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : isOff(value) ? 'enable' : 'disable';

const isOn = (value: string): boolean => value.toLowerCase() === 'enable';
const isOff = (value: string): boolean => value.toLowerCase() === 'disable';
const isPort = (value: string): boolean => /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65535;

function isAddress(host: string): boolean {
  const inner = /^\[(.+)\]$/.exec(host)?.[1];
  return inner === undefined ? isIPv4(host) : isIP(inner) === 6;
}
