// The intermediate certificates that Schannel sends behind the server's own: those in LocalMachine\CA, never the root.

import { certificateParts } from '../certificates/certificate-parts.ts';
import { readStore } from '../certificates/store.ts';
import type { LabServer } from '../server.ts';

/** The chain of a certificate, each in DER, from its issuer upwards as far as the store has it. */
export function chainOf(server: LabServer, der: Buffer): readonly Buffer[] {
  const known = (readStore(server, 'CA') ?? []).map((entry) => ({ der: entry.der, ...certificateParts(entry.der) }));
  const chain: Buffer[] = [];
  for (let { issuer, subject } = certificateParts(der); !issuer.equals(subject); ) {
    const next = known.find((each) => each.subject.equals(issuer));
    if (next === undefined || next.issuer.equals(next.subject) || chain.includes(next.der)) break;
    chain.push(next.der);
    ({ issuer, subject } = next);
  }
  return chain;
}
