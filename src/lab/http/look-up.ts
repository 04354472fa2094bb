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
  const wildcards = wildcardsFor(server, ip).map((any) => readRecord(server, 'ip', `${any}:${port}`));
  const named = serverName ? namedRecords(server, aLabels(serverName), port) : [];
  const sniFirst = answerOf(server.facts, 'record-order') === 'sni-first';
  const inOrder = [exact, ...(sniFirst ? [...named, ...wildcards] : [...wildcards, ...named])];
  return inOrder.find((record) => record !== undefined);
}

function wildcardsFor(server: LabServer, ip: string): readonly string[] {
  if (ip.startsWith('[')) return ['[::]', '0.0.0.0'];
  return answerOf(server.facts, 'ipv6-wildcard') === 'both-families' ? ['0.0.0.0', '[::]'] : ['0.0.0.0'];
}

function namedRecords(server: LabServer, serverName: string, port: number): readonly (LabRecord | undefined)[] {
  const all = [
    recordForName(server, 'sni', serverName, port),
    recordForName(server, 'scoped-ccs', serverName, port),
    readRecord(server, 'ccs', String(port)),
  ];
  if (answerOf(server.facts, 'central-store-miss') === 'reset') return all;
  return all.filter((record) => record && (!isCentral(record) || centralCredential(server, serverName)));
}

// IIS 10 knows wildcard bindings: `*.example.test` answers for one more label in front.
function recordForName(server: LabServer, table: LabTable, name: string, port: number): LabRecord | undefined {
  const wildcard = name.replace(/^[^.]+/, '*');
  return readRecord(server, table, `${name}:${port}`) ?? readRecord(server, table, `${wildcard}:${port}`);
}
