// Many servers as one HTML file that needs nothing else. Written piece by piece: the details of one server at a time.

import type { Fleet, FleetServer } from '../../fleet/fleet.ts';
import type { SentDocument } from '../../fleet/sent-document.ts';
import type { FaultGroup, SharedCertificate } from '../../fleet/shared.ts';
import {
  certificateWords,
  dayOf,
  fleetAs,
  fleetHeading,
  fleetSentence,
  groupWords,
  lookedAt,
  MOST_SERVERS,
  serverCount,
  stateAs,
  stateWord,
} from '../words/fleet-words.ts';
import { escapeHtml, listOf, SIGNS } from './escape.ts';
import { detailOf } from './fleet-detail.ts';
import { pageTop } from './page-top.ts';

/** Columns that share the width, and a server that somebody has come to by a link. */
const STYLE = 'thead th { width: auto; } summary:target, :target > summary { text-decoration: underline; }\n';

/** The page. `again`: the document at a place once more; undefined where it cannot be read any more. */
export async function* fleetPage(
  fleet: Fleet,
  again: (place: string) => Promise<SentDocument | undefined>,
): AsyncGenerator<string> {
  yield head(fleet);
  yield part('Faults, over all servers', fleet.groups.map(groupItem));
  yield part('Certificates that expire next', fleet.certificates.map(certificateItem));
  yield '<h2>Servers</h2>\n';
  yield* serverTable(fleet.servers);
  yield part(
    'Worth knowing',
    fleet.remarks.map(({ about, says }) => escapeHtml(`${about}: ${says}`)),
  );
  yield part(
    'Not understood',
    fleet.notUnderstood.map(({ place, why }) => `<span class="unknown">? ${escapeHtml(`${place}: ${why}`)}</span>`),
  );
  if (fleet.servers.length > 0) yield '<h2>Each server</h2>\n';
  for (const [index, server] of fleet.servers.entries()) yield serverPart(server, index, await again(server.row.place));
  yield '</main>\n</body>\n</html>\n';
}

const head = (fleet: Fleet): string =>
  pageTop({
    title: `HTTPS of IIS: ${serverCount(fleet.servers.length)}`,
    as: fleetAs(fleet),
    sentence: fleetSentence(fleet),
    heading: fleetHeading(fleet),
    style: STYLE,
  });

const part = (title: string, items: readonly string[]): string =>
  items.length === 0 ? '' : `<h2>${title}</h2>\n${listOf('ul', items)}\n`;

const groupItem = (group: FaultGroup): string =>
  `<span class="${group.severity}">${SIGNS[group.severity]} ${escapeHtml(groupWords(group))}</span>${serversOf(group.servers)}`;

const certificateItem = (certificate: SharedCertificate): string =>
  `<span${certificate.isExpired ? ' class="broken"' : ''}>${escapeHtml(certificateWords(certificate))}</span>${serversOf(certificate.servers)}`;

/** A few in the line, many folded. */
function serversOf(names: readonly string[]): string {
  const all = escapeHtml(names.join(', '));
  return names.length <= MOST_SERVERS
    ? `: ${all}`
    : `<details>\n<summary>${serverCount(names.length)}</summary>\n<p>${all}</p>\n</details>`;
}

const COLUMNS = ['Server', 'Verdict', 'Broken', 'Warnings', 'Next expiry', 'Looked at'];

function* serverTable(servers: readonly FleetServer[]): Generator<string> {
  if (servers.length === 0) return yield '<p>No server was seen.</p>\n';
  yield `<table>\n<thead><tr>${COLUMNS.map((each) => `<th scope="col">${each}</th>`).join('')}</tr></thead>\n<tbody>\n`;
  for (const [index, server] of servers.entries()) yield serverRow(server, index);
  yield '</tbody>\n</table>\n';
}

function serverRow(server: FleetServer, index: number): string {
  const { name, state, row, isStale } = server;
  const as = stateAs(server);
  const cells = [
    `<a href="#server-${index}">${escapeHtml(name)}</a>`,
    `<span class="${as}">${SIGNS[as]} ${stateWord(state)}</span>`,
    String(row.broken),
    String(row.warnings),
    row.nextExpiry === undefined ? '' : dayOf(row.nextExpiry),
    `${escapeHtml(lookedAt(server))}${isStale ? ' <span class="unknown">? stale</span>' : ''}`,
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>\n`;
}

function serverPart(server: FleetServer, index: number, sent: SentDocument | undefined): string {
  const { name, state, row, remarks, older } = server;
  const as = stateAs(server);
  const isSame =
    sent !== undefined && (row.collectedAt === undefined || Date.parse(sent.collectedAt) === row.collectedAt);
  const origin = [
    ...(row.osBuild === undefined ? [] : [`Windows build ${row.osBuild}`]),
    `looked at ${lookedAt(server)}`,
    ...(row.version === undefined ? [] : [`iis-ssl-heal ${row.version}`]),
    row.place,
    ...(older === 0 ? [] : [`${older} older`]),
  ];
  return `<details id="server-${index}">
<summary><span class="${as}">${SIGNS[as]} ${escapeHtml(`${name}: ${stateWord(state)}. ${row.says}`)}</span></summary>
<p class="soft">${escapeHtml(origin.join('; '))}</p>
${remarks.map((remark) => `<p class="unknown">? ${escapeHtml(remark)}</p>\n`).join('')}${
  isSame ? detailOf(sent) : '<p class="unknown">? it was changed or taken away while this page was made</p>'
}
</details>
`;
}
