// Many servers on a terminal: what is shared first, then who is not healthy, and what comes next.

import type { Fleet, FleetServer } from '../../fleet/fleet.ts';
import {
  certificateWords,
  fleetAs,
  fleetHeading,
  fleetSentence,
  groupWords,
  lookedAt,
  someServers,
  stateAs,
  stateWord,
} from '../words/fleet-words.ts';
import { MOST, type Piece, paragraph } from './layout.ts';
import { marks, type Paint, paint, type Style } from './style.ts';

/** So many certificates are told here. */
const MOST_EXPIRING = 20;

/** All of it; ends with a line break. */
export function renderFleet(fleet: Fleet, style: Style): string {
  const line = lineIn(style);
  const { servers, groups, certificates, remarks, notUnderstood } = fleet;
  const troubled = servers.filter(({ state }) => state !== 'healthy');
  const sections = [
    [
      paragraph(style, signed(fleetAs(fleet), fleetSentence(fleet), style), { first: 0, rest: 2 }),
      paragraph(style, [{ text: fleetHeading(fleet), as: 'dim' }], { first: 2, rest: 4 }),
    ].join('\n'),
    part(
      'Faults, over all servers:',
      groups.map((each) => line([...signed(each.severity, groupWords(each), style), `: ${someServers(each.servers)}`])),
      style,
    ),
    part(
      'Servers that are not healthy:',
      troubled.map((each) => serverLines(each, style)),
      style,
    ),
    part(
      'Certificates that expire next:',
      certificates
        .filter(({ isExpired }) => !isExpired)
        .slice(0, MOST_EXPIRING)
        .map((each) => line([`${certificateWords(each)}: ${someServers(each.servers)}`])),
      style,
    ),
    part(
      'Worth knowing:',
      [...healthyRemarks(servers), ...remarks].map(({ about, says }) =>
        line([`${marks(style).note} ${about}: ${says}`]),
      ),
      style,
    ),
    part(
      'Not understood:',
      notUnderstood.map(({ place, why }) => line([{ text: marks(style).unsure, as: 'unsure' }, ` ${place}: ${why}`])),
      style,
    ),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const lineIn =
  (style: Style) =>
  (pieces: readonly Piece[]): string =>
    paragraph(style, pieces, { first: 2, rest: 4 });

function part(title: string, lines: readonly string[], style: Style): string {
  if (lines.length === 0) return '';
  const more = lines.length - MOST;
  const rest =
    more <= 0 ? [] : [lineIn(style)([{ text: `... and ${more} more: --json or --html FILE tells all`, as: 'dim' }])];
  return [paint(style, 'strong', title), ...lines.slice(0, MOST), ...rest].join('\n');
}

function serverLines(server: FleetServer, style: Style): string {
  const { name, state, row, remarks } = server;
  const head = [...signed(stateAs(server), name, style), `: ${stateWord(state)}. ${row.says}`];
  const below = [{ text: `looked at ${lookedAt(server)}; ${row.place}`, as: 'dim' as const }];
  return [
    paragraph(style, head, { first: 2, rest: 4 }),
    ...remarks.map((remark) => paragraph(style, [remark], { first: 4, rest: 6 })),
    paragraph(style, below, { first: 4, rest: 6 }),
  ].join('\n');
}

/** What is to be known of a look, where the server is not told of anyhow. */
const healthyRemarks = (servers: readonly FleetServer[]) =>
  servers.flatMap(({ name, state, remarks }) =>
    state === 'healthy' ? remarks.map((says) => ({ about: name, says })) : [],
  );

const PAINTS: Readonly<Record<ReturnType<typeof stateAs>, Exclude<Paint, 'dim' | 'strong'>>> = {
  ok: 'good',
  note: 'good',
  warning: 'warn',
  broken: 'bad',
  unknown: 'unsure',
  skipped: 'unsure',
};

function signed(state: ReturnType<typeof stateAs>, text: string, style: Style): readonly Piece[] {
  const as = PAINTS[state];
  return [{ text: marks(style)[as], as }, ' ', { text, as }];
}
