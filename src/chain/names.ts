// The names of a certificate against the names that clients ask for: all as A-labels.

import type { StoreCertificate } from '../model/certificate.ts';
import { asciiHost } from '../model/host-name.ts';

/** The names of a certificate that cover a host: its own, and the wildcard one level above it. */
export const namesFor = (host: string): readonly string[] =>
  host.includes('.') ? [host, `*${host.slice(host.indexOf('.'))}`] : [host];

/** A certificate's DNS names as A-labels, as most certificates have them anyhow. */
export const namesOf = ({ facts }: StoreCertificate): readonly string[] => facts.names.map(asciiHost);

/** Whether a client that asks for this host accepts the certificate's name. */
export function coversHost(certificate: StoreCertificate, host: string): boolean {
  const names = namesOf(certificate);
  return namesFor(host).some((name) => names.includes(name));
}
