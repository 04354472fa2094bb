// The order in which a connection finds its SSL record (sources disagree: see record-order in unknowns.ts).

import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';
import { aLabels } from './a-labels.ts';
import { bare, isWildcard } from './addresses.ts';
import { centralCredential } from './central-store.ts';
import { isCentral, type LabRecord, type LabTable, readRecord } from './http-sys.ts';

/**
 * The record that a connection to this address and port gets: the exact address first, then the host name that the
 * client asks for, then the central store, then the wildcard of the address family. The central store goes by names
 * alone, so a client that says none passes it.
 */
export function lookUp(server: LabServer, address: string, port: number, serverName?: string): LabRecord | undefined {
  const ip = address.includes(':') ? `[${bare(address)}]` : address;
  const exact = isWildcard(ip) ? undefined : readRecord(server, 'ip', `${ip}:${port}`);
  if (exact !== undefined) return exact;
  const wildcard = wildcardRecord(server, ip, port);
  const named = serverName ? namedRecord(server, aLabels(serverName), port) : undefined;
  if (wildcard === undefined || named === undefined) return named ?? wildcard;
  return answerOf(server.facts, 'record-order') === 'sni-first' ? named : wildcard;
}

function wildcardRecord(server: LabServer, ip: string, port: number): LabRecord | undefined {
  const [ipv4, ipv6] = ['0.0.0.0', '[::]'].map((any) => readRecord(server, 'ip', `${any}:${port}`));
  if (ip.startsWith('[')) return ipv6 ?? ipv4;
  if (ipv4 !== undefined || ipv6 === undefined) return ipv4;
  return answerOf(server.facts, 'ipv6-wildcard') === 'both-families' ? ipv6 : undefined;
}

function namedRecord(server: LabServer, serverName: string, port: number): LabRecord | undefined {
  const all = [
    recordForName(server, 'sni', serverName, port),
    recordForName(server, 'scoped-ccs', serverName, port),
    readRecord(server, 'ccs', String(port)),
  ];
  const isMissing = (record: LabRecord) => isCentral(record) && centralCredential(server, serverName) === undefined;
  return all.find(
    (record) => record && !(isMissing(record) && answerOf(server.facts, 'central-store-miss') === 'next-record'),
  );
}

// IIS 10 knows wildcard bindings: `*.example.test` answers for one more label in front.
function recordForName(server: LabServer, table: LabTable, name: string, port: number): LabRecord | undefined {
  const wildcard = name.replace(/^[^.]+/, '*');
  return readRecord(server, table, `${name}:${port}`) ?? readRecord(server, table, `${wildcard}:${port}`);
}
