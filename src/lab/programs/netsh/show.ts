// What `netsh http show sslcert` prints. The set of lines grew with the builds; labels are padded to one column.

import { isExtendedChanged, type LabRecord } from '../../http/http-sys.ts';
import type { LabServer } from '../../server.ts';
import { answerOf } from '../../unknowns.ts';
import { BUILD } from './options.ts';

/** Heading of every listing, also of an empty one. */
export const SHOW_HEADING = ['', 'SSL Certificate bindings:', '-------------------------', ''];

const ENDPOINT_LABELS = {
  ip: 'IP:port',
  sni: 'Hostname:port',
  ccs: 'Central Certificate Store',
  'scoped-ccs': 'Scoped Central Certificate Store',
} as const;

const FLAG_LINES: readonly { label: string; bit: number; since: number }[] = [
  { label: 'Disable HTTP2', bit: 0x10, since: BUILD.s2019 },
  { label: 'Disable QUIC', bit: 0x20, since: BUILD.s2019 },
  { label: 'Disable TLS1.2', bit: 0x1000, since: BUILD.s2019 },
  { label: 'Disable TLS1.3', bit: 0x40, since: BUILD.s2019 },
  { label: 'Disable OCSP Stapling', bit: 0x80, since: BUILD.s2019 },
  { label: 'Enable Token Binding', bit: 0x100, since: BUILD.s2019 },
  { label: 'Log Extended Events', bit: 0x200, since: BUILD.s2019 },
  { label: 'Disable Legacy TLS Versions', bit: 0x400, since: BUILD.s2022 },
  { label: 'Enable Session Ticket', bit: 0x800, since: BUILD.s2022 },
  { label: 'Disable Session ID', bit: 0x4000, since: BUILD.s2025 },
];

const isLegacyTls = ({ bit }: { readonly bit: number }) => bit === 0x400;

/** As a listing of 2021 has them. */
const LEGACY_TLS_EARLY: typeof FLAG_LINES = FLAG_LINES.flatMap((each) =>
  each.bit === 0x80 ? [each, ...FLAG_LINES.filter(isLegacyTls)] : isLegacyTls(each) ? [] : [each],
);

/** The block of one record, as this build prints it. */
export function recordLines(record: LabRecord, server: LabServer): readonly string[] {
  const build = server.facts.osBuild;
  const { checkMode, flags } = record;
  const lines = [
    line(ENDPOINT_LABELS[record.table], record.endpoint),
    line('Certificate Hash', orNull(record.thumbprint.toLowerCase())),
    line('Application ID', record.appId),
    line('Certificate Store Name', orNull(record.store)),
    line('Verify Client Certificate Revocation', enabled((checkMode & 0x1) === 0)),
    line('Verify Revocation Using Cached Client Certificate Only', enabled((checkMode & 0x2) !== 0)),
    line('Usage Check', enabled((checkMode & 0x10000) === 0)),
    line('Revocation Freshness Time', String(record.freshnessTime)),
    line('URL Retrieval Timeout', String(record.urlTimeout)),
    line('Ctl Identifier', orNull(record.ctlIdentifier)),
    line('Ctl Store Name', orNull(record.ctlStore)),
    line('DS Mapper Usage', enabled((flags & 0x1) !== 0)),
    line('Negotiate Client Certificate', enabled((flags & 0x2) !== 0)),
  ];
  if (build >= BUILD.s2012r2) lines.push(line('Reject Connections', enabled((flags & 0x8) !== 0)));
  const early = answerOf(server.facts, 'show-switch-lines') === 'legacy-tls-after-ocsp';
  for (const { label, bit, since } of early ? LEGACY_TLS_EARLY : FLAG_LINES) {
    if (build >= since) lines.push(line(label, (flags & bit) === 0 ? 'Not Set' : 'Set'));
  }
  if (build >= BUILD.s2022) lines.push(...extendedLines(isExtendedChanged(server, record)));
  return [...lines, ''];
}

const enabled = (on: boolean): string => (on ? 'Enabled' : 'Disabled');
const orNull = (value: string): string => (value === '' ? '(null)' : value);
const line = (label: string, value: string): string => `    ${label.padEnd(28)} : ${value}`;

// They stand at the defaults that a real server shows, or somebody has set them.
const extendedLines = (changed: boolean): readonly string[] => [
  ' Extended Properties:',
  line('PropertyId', '0'),
  line('Receive Window', changed ? '65536' : '1048576'),
  ' Extended Properties:',
  line('PropertyId', '1'),
  line('Max Settings Per Frame', '2796202'),
  line('Max Settings Per Minute', '4294967295'),
];
