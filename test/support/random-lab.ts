// Labs that somebody has been at: any sites, any records, any services, under any answer to what is not known of Windows.

import fc from 'fast-check';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { deleteRecord, type LabRecord, plainRecord, putRecord, readRecords } from '../../src/lab/http/http-sys.ts';
import type { LabServer } from '../../src/lab/server.ts';
import { setRunning } from '../../src/lab/services/services.ts';
import { type Answers, UNKNOWNS } from '../../src/lab/unknowns.ts';
import { newLab } from './new-lab.ts';
import { listenOnly, OWNERS } from './plants.ts';

/** Names that a client may ask for; undefined for one that says none. */
export const ASKED = [undefined, 'a.example.test', 'b.example.test', 'x.b.example.test', 'nobody.example.com'] as const;

/** Addresses that a client may come to: most of them the labs have. */
export const COME_TO = [
  '127.0.0.1',
  '::1',
  '192.0.2.9',
  '2001:db8::9',
  '192.0.2.4',
  '2001:db8::4',
  '203.0.113.7',
] as const;

/** Ports that a client may try. */
export const PORTS = [443, 8443] as const;

const binding = fc.record({
  ip: fc.constantFrom('*', '*', '192.0.2.4', '[2001:db8::4]', '[::]', '203.0.113.7'),
  port: fc.constantFrom(443, 443, 8443),
  host: fc.constantFrom('', 'a.example.test', 'b.example.test', '*.b.example.test'),
  sslFlags: fc.constantFrom(0, 1, 1, 3),
});

const site = fc.record({ started: fc.boolean(), bindings: fc.array(binding, { minLength: 1, maxLength: 3 }) });

const portOf = ({ endpoint }: LabRecord): string => endpoint.split(':').at(-1) ?? '';

/** What is done to a record, or beside it; `other` is the certificate of another one where there is one. */
const ACTS = {
  lose: (server, { table, endpoint }) => deleteRecord(server, table, endpoint),
  'other-certificate': (server, record, other) => putRecord(server, { ...record, thumbprint: other }),
  'certificate-gone': (server, record) => putRecord(server, { ...record, thumbprint: 'AB'.repeat(20) }),
  'no-hash': (server, record) => putRecord(server, { ...record, thumbprint: '' }),
  reject: (server, record) => putRecord(server, { ...record, flags: 0x8 }),
  'other-owner': (server, record) => putRecord(server, { ...record, appId: OWNERS.sstp }),
  ghost: (server, record, other) => putRecord(server, plainRecord('ip', `192.0.2.9:${portOf(record)}`, other)),
  'ghost-ipv6': (server, record, other) =>
    putRecord(server, plainRecord('ip', `[2001:db8::9]:${portOf(record)}`, other)),
  'any-ipv4': (server, record, other) => putRecord(server, plainRecord('ip', `0.0.0.0:${portOf(record)}`, other)),
  'any-ipv6': (server, record, other) => putRecord(server, plainRecord('ip', `[::]:${portOf(record)}`, other)),
  'scoped-central': (server, record) =>
    putRecord(server, plainRecord('scoped-ccs', `a.example.test:${portOf(record)}`, '', '')),
} satisfies Record<string, (server: LabServer, record: LabRecord, other: string) => void>;

/** To the record of that number, whichever it is. */
const act = fc.record({ at: fc.nat(9), what: fc.constantFrom(...(Object.keys(ACTS) as (keyof typeof ACTS)[])) });

const answers = fc.record(
  Object.fromEntries(
    Object.entries(UNKNOWNS).map(([name, { answers }]) => [name, fc.constantFrom<string>(...answers)]),
  ),
) as fc.Arbitrary<Answers>;

/** Everything that makes one lab. */
export const randomLab = fc.record({
  sites: fc.array(site, { minLength: 1, maxLength: 3 }),
  acts: fc.array(act, { maxLength: 4 }),
  only: fc.constantFrom([], [], [], ['127.0.0.1'], ['192.0.2.4', '::']),
  stopped: fc.constantFrom(undefined, undefined, undefined, undefined, 'W3SVC', 'HTTP'),
  unknowns: answers,
});

/** The lab, saved. 203.0.113.7 is another member's of its farm. */
export function labFrom({
  sites,
  acts,
  only,
  stopped,
  unknowns,
}: typeof randomLab extends fc.Arbitrary<infer Recipe> ? Recipe : never): LabServer & { readonly disk: MemoryDisk } {
  const elements = sites.map(({ started, bindings }, index) => {
    const list = bindings.map(
      ({ ip, port, host, sslFlags }) =>
        `<binding protocol="https" bindingInformation="${ip}:${port}:${host}" sslFlags="${host === '' ? 0 : sslFlags}" />`,
    );
    return `<site name="s${index}" id="${index + 1}" serverAutoStart="${started}"><bindings>${list.join('')}</bindings></site>`;
  });
  const config = `<configuration><system.applicationHost><sites>${elements.join('')}</sites></system.applicationHost></configuration>`;
  const server = newLab({ config: Buffer.from(config), foreignAddresses: ['203.0.113.7'], unknowns });
  for (const { at, what } of acts) {
    const records = readRecords(server);
    const record = records[at % Math.max(1, records.length)];
    const other = records.find(({ thumbprint }) => ![record?.thumbprint, ''].includes(thumbprint)) ?? record;
    if (record !== undefined && other !== undefined) ACTS[what](server, record, other.thumbprint);
  }
  if (only.length > 0) listenOnly(server, ...only);
  if (stopped !== undefined) setRunning(server, stopped, false);
  server.save();
  return server;
}
