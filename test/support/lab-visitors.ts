// Who comes to the sites of a lab from the network, and whether the certificate that he is shown is the right one.

import { X509Certificate } from 'node:crypto';
import { readStore } from '../../src/lab/certificates/store.ts';
import { PROPERTY } from '../../src/lab/certificates/store-entry.ts';
import { bare, hasAddress, isWildcard, ownAddresses } from '../../src/lab/http/addresses.ts';
import { readRecord } from '../../src/lab/http/http-sys.ts';
import { placesOf, sitesOf } from '../../src/lab/http/sites.ts';
import { type Answer, whoAnswers } from '../../src/lab/http/who-answers.ts';
import type { LabServer } from '../../src/lab/server.ts';
import type { Shown } from './visitor.ts';

/** One of them. */
export interface Visitor {
  readonly binding: string;
  readonly place: ReturnType<typeof placesOf>[number];
  /** Without brackets. */
  readonly address: string;
  readonly name: string;
}

/**
 * Who comes to a running site: to each address of the server that its binding is for, but for those that another site has
 * to itself. Loopback is no visitor's way in but where a binding names it.
 */
export function visitorsOf(server: LabServer): readonly Visitor[] {
  const sites = sitesOf(server);
  const owned = placesOf(sites).filter(({ table }) => table === 'ip');
  return sites
    .filter(({ started }) => started)
    .flatMap((site) =>
      site.bindings.flatMap((binding) =>
        placesOf([{ ...site, bindings: [binding] }]).flatMap((place) => {
          const isOwned = (address: string) =>
            owned.some(({ ip, port }) => bare(ip) === address && port === place.port);
          const wide = ownAddresses(server).filter(
            (each) => !/^127\.|^::1$/.test(each) && (place.ip !== '[::]' || each.includes(':')) && !isOwned(each),
          );
          const addresses = isWildcard(place.ip) ? wide : hasAddress(server, place.ip) ? [bare(place.ip)] : [];
          const name = place.host.replace(/^\*/, 'x');
          return addresses.map((address) => ({ binding: binding.information, place, address, name }));
        }),
      ),
    );
}

/** A certificate with the name that was asked for; where none was, that of the binding's own record, or its renewal. */
export function isRight(shown: Shown, { place, name }: Visitor, server: LabServer): boolean {
  if (typeof shown === 'string') return false;
  const certificate = new X509Certificate(shown);
  if (name !== '') return certificate.checkHost(name) !== undefined;
  const own = readRecord(server, place.table, place.endpoint)?.thumbprint;
  const renewal = readStore(server, 'MY')
    ?.find(({ thumbprint }) => thumbprint === own)
    ?.properties.get(PROPERTY.renewal);
  return [own, renewal?.toString('hex').toUpperCase()].includes(certificate.fingerprint.replaceAll(':', ''));
}

/** What the lab says that he gets. */
export const answerTo = (server: LabServer, { address, place, name }: Visitor): Answer =>
  whoAnswers(server, { ip: address.includes(':') ? `[${address}]` : address, port: place.port }, name || undefined);

/** Those who do not get what is right, in words. */
export const turnedAway = (server: LabServer): readonly string[] =>
  visitorsOf(server).flatMap((visitor) => {
    const answer = answerTo(server, visitor);
    const shown = answer.gets === 'certificate' && !answer.resetsAfterwards ? answer.sends[0] : undefined;
    if (isRight(shown ?? 'no-tls', visitor, server)) return [];
    return [`${visitor.name || 'nobody'} at ${visitor.address}, for ${visitor.binding}: ${answer.gets}`];
  });
