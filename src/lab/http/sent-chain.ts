// The chain that Schannel sends behind a certificate: made of LocalMachine\CA and of SYSTEM's own CA store, never the root.
// When it is made anew is not established.

import { certificateParts, isSelfSigned } from '../certificates/certificate-parts.ts';
import { decodeEntry, readStore, type StoreEntry, SYSTEMS_CA } from '../certificates/store.ts';
import { replaceWhole } from '../disk/text-file.ts';
import { findValue } from '../registry/registry-values.ts';
import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';

/** `{ "<SHA-1 of the certificate>": [base64, ...] }`: the chains that http.sys has made and keeps. */
const MEMORY = 'C:\\sent-chains.json';

/** What is sent behind this certificate, its issuer first. */
export function sentChain(server: LabServer, der: Buffer): readonly Buffer[] {
  if (isSelfSigned(der) || answerOf(server.facts, 'sent-chain') === 'made-at-once') return chainOf(server, der);
  const kept = readMemory(server)[nameOf(der)];
  return kept?.map((text) => Buffer.from(text, 'base64')) ?? chainOf(server, der);
}

/** http.sys has taken the certificate for a record: its chain is made, unless the one that was made stays until the reboot. */
export function makeChain(server: LabServer, der: Buffer, chain?: readonly Buffer[]): void {
  if (isSelfSigned(der)) return;
  const answer = answerOf(server.facts, 'sent-chain');
  if (answer === 'made-at-once') return;
  const [memory, name] = [readMemory(server), nameOf(der)];
  if (memory[name] !== undefined && answer === 'kept-until-the-reboot') return;
  const text = (chain ?? chainOf(server, der)).map((each) => each.toString('base64'));
  replaceWhole(server.disk, MEMORY, `${JSON.stringify({ ...memory, [name]: text }, null, 2)}\n`);
}

/** What a reboot does. */
export const forgetChains = ({ disk }: LabServer): void => disk.remove(MEMORY);

/**
 * Each in DER, from the issuer upwards as far as the stores have it. Where two fit, the older one is taken, the worse for
 * visitors: people have seen an expired one sent beside its successor (win-acme issue 1162), and others the later one
 * (Posh-ACME issue 383); it is not documented.
 */
function chainOf(server: LabServer, der: Buffer): readonly Buffer[] {
  if (isSelfSigned(der)) return [];
  const own = certificateParts(der);
  const known = [...(readStore(server, 'CA') ?? []), ...systemsOwn(server)]
    .map((entry) => ({ der: entry.der, ...certificateParts(entry.der) }))
    .sort((one, other) => Date.parse(one.x509.validFrom) - Date.parse(other.x509.validFrom));
  const chain: Buffer[] = [];
  for (let { issuer, subject } = own; !issuer.equals(subject); ) {
    const next = known.find((each) => each.subject.equals(issuer));
    if (next === undefined || next.issuer.equals(next.subject) || chain.includes(next.der)) break;
    chain.push(next.der);
    ({ issuer, subject } = next);
  }
  return chain;
}

const systemsOwn = ({ registry }: LabServer): readonly StoreEntry[] =>
  (registry.subkeys(SYSTEMS_CA) ?? []).flatMap((name) => {
    const blob = findValue(registry, `${SYSTEMS_CA}\\${name}`, 'Blob')?.data;
    return blob ? [decodeEntry(blob)] : [];
  });

const nameOf = (der: Buffer): string => certificateParts(der).x509.fingerprint.replaceAll(':', '');

const readMemory = ({ disk }: LabServer): Readonly<Record<string, readonly string[]>> =>
  JSON.parse(disk.text(MEMORY) ?? '{}') as Readonly<Record<string, readonly string[]>>;
