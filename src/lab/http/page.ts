// What a visitor gets over a connection once TLS stands: a small page, unless the site asks for a client certificate that
// nobody can be asked for any more.

import { asksForCertificates } from '../config/access-flags.ts';
import { placeOf } from '../config/applied-config.ts';
import type { LabServer } from '../server.ts';
import { aLabels } from './a-labels.ts';
import { bare, isWildcard } from './addresses.ts';
import type { LabRecord } from './http-sys.ts';
import type { Place } from './listeners.ts';
import { sitesOf } from './sites.ts';

/** CLIENT_CERTIFICATES in the flags of a record: http.sys has asked in the handshake. */
const ASKED_AT_ONCE = 0x2;

/** Windows Server 2025. */
const FIRST_ERROR_BUILD = 26100;

/**
 * The page, as HTTP has it; undefined where the connection is reset. TLS 1.3 has no renegotiation: Windows Server 2022 resets
 * the connection of a page that needs a certificate, 2025 answers with an error (techcommunity 4449362). Earlier protocols
 * renegotiate, and the lab takes any client for one that has a certificate.
 */
export function pageFor(
  server: LabServer,
  place: Place,
  serverName: string,
  record: LabRecord,
  protocol: string | null,
) {
  const site = siteAt(server, place, aLabels(serverName));
  const isLate = protocol === 'TLSv1.3' && (record.flags & ASKED_AT_ONCE) === 0;
  if (site === undefined || !isLate || !asksForCertificates(server, site)) return http(200, 'OK', PAGE);
  return server.facts.osBuild < FIRST_ERROR_BUILD
    ? undefined
    : http(500, 'Internal Server Error', '500.0 0x80070032\n');
}

const PAGE = 'This is a site of the lab.\n';

const http = (status: number, reason: string, page: string): string =>
  `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`;

/** The site whose https binding has this name, else the one that takes any name there. */
function siteAt(server: LabServer, { ip, port }: Place, name: string): string | undefined {
  const bound = sitesOf(server).flatMap((site) => site.bindings.flatMap((binding) => ({ site, at: placeOf(binding) })));
  const here = bound.filter(
    ({ at }) => at?.port === port && (isWildcard(at.ip) || isWildcard(ip) || bare(at.ip) === bare(ip)),
  );
  const found =
    here.find(({ at }) => at?.host !== '' && aLabels(at?.host ?? '') === name) ??
    here.find(({ at }) => at?.host === '');
  return found?.site.name;
}
