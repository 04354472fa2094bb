// Many servers in words: the same on a terminal and on the page.

import { listed, utc } from '../../chain/words.ts';
import type { Fleet, FleetServer, FleetState } from '../../fleet/fleet.ts';
import type { FaultGroup, SharedCertificate } from '../../fleet/shared.ts';
import type { LinkState } from '../../model/server/chain.ts';
import { VERSION } from '../../model/version.ts';

/** So many names of servers are told in a line. */
export const MOST_SERVERS = 8;

/** `Faulty: 9 of 300 servers. Cannot be judged: 1. Stale: 2. Healthy: 288. Not understood: 1 file or folder.` */
export function fleetSentence({ counts, servers, notUnderstood }: Fleet): string {
  const total = `${servers.length} ${servers.length === 1 ? 'server' : 'servers'}`;
  const told = (['faulty', 'unknown', 'stale', 'healthy'] as const).filter((state) => counts[state] > 0);
  const clauses = told.map((state, index) => `${WORDS[state]}: ${counts[state]}${index === 0 ? ` of ${total}` : ''}.`);
  return [
    ...(servers.length === 0 ? ['No server was seen.'] : clauses),
    ...(notUnderstood.length === 0 ? [] : [`Not understood: ${notUnderstood.length}.`]),
  ].join(' ');
}

const WORDS: Readonly<Record<FleetState, string>> = {
  faulty: 'Faulty',
  unknown: 'Cannot be judged',
  stale: 'Stale',
  healthy: 'Healthy',
};

/** How a server stands, in a word. */
export const stateWord = (state: FleetState): string => WORDS[state].toLowerCase();

/** What its sign and colour are, as those of a link. A fault that keeps nobody out yet is a warning. */
export function stateAs({ state, row }: Pick<FleetServer, 'state' | 'row'>): LinkState {
  if (state === 'faulty') return row.broken > 0 || row.warnings === 0 ? 'broken' : 'warning';
  return state === 'healthy' ? 'ok' : 'unknown';
}

/** Those of the whole. */
export function fleetAs({ counts, servers, notUnderstood }: Fleet): LinkState {
  if (counts.faulty > 0) return servers.some((each) => stateAs(each) === 'broken') ? 'broken' : 'warning';
  return servers.length > 0 && counts.healthy === servers.length && notUnderstood.length === 0 ? 'ok' : 'unknown';
}

/** When this was made, and of what. */
export const fleetHeading = ({ madeAt, staleAfterHours, servers }: Fleet): string =>
  `made ${utc(madeAt)} by iis-ssl-heal ${VERSION}; stale: not looked at for more than ${staleAfterHours} ${staleAfterHours === 1 ? 'hour' : 'hours'}; ${olderWords(servers)}`;

function olderWords(servers: readonly FleetServer[]): string {
  const older = servers.reduce((sum, each) => sum + each.older, 0);
  return `older looks at the same servers: ${older}`;
}

/** `PLAYBOOK (CODE): 7 servers` */
export const groupWords = ({ playbook, code, servers }: FaultGroup): string =>
  `${playbook}${code === '' || code === playbook ? '' : ` (${code})`}: ${serverCount(servers.length)}`;

/** So many. */
export const serverCount = (count: number): string => `${count} ${count === 1 ? 'server' : 'servers'}`;

/** The first of them. */
export const someServers = (servers: readonly string[]): string => listed(servers, MOST_SERVERS);

/** `2026-12-01 CN=shop.example.test (0ACC3C27)` */
export const certificateWords = ({ notAfter, subject, thumbprint, isExpired }: SharedCertificate): string =>
  `${dayOf(notAfter)}${isExpired ? ', expired' : ''}: ${subject} (${thumbprint.slice(0, 8)})`;

/** Of a time in milliseconds since 1970. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** When a server was looked at. */
export const lookedAt = ({ row }: FleetServer): string =>
  row.collectedAt === undefined ? 'at an unknown time' : utc(new Date(row.collectedAt).toISOString());
