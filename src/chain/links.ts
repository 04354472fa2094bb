// The verdict on each of the six links, in a person's words.

import { addressOfBinding } from '../formats/http-sys/endpoint.ts';
import { isOnThisServer } from '../formats/http-sys/on-this-server.ts';
import type { StoreCertificate } from '../model/certificate.ts';
import type { Chain, KeyPlace, Link, LinkCode, LinkName, LinkState } from '../model/chain.ts';
import type { Evidence } from '../model/evidence.ts';
import { describeSource, type Known, type Source } from '../model/known.ts';
import { allCertificates, validityAt } from './certificates.ts';
import type { JudgedEntry } from './mapper.ts';
import { standInFor } from './stand-in.ts';
import { systemMayRead } from './usable.ts';
import { describeMapperFault } from './words.ts';

type Unlinked = Omit<Chain, 'links'>;

/** All six links of a chain. A link after a broken one is `skipped`, except the handshake, which shows what clients get. */
export function linksOf(
  chain: Unlinked,
  evidence: Evidence,
  entry: JudgedEntry | undefined,
  malformed: string | undefined,
): readonly Link[] {
  if (malformed !== undefined) return malformedBinding(chain, malformed, evidence.config.source);
  const here = isOnThisServer(chain.binding, evidence);
  if (here === false) return elsewhere(chain, evidence.addresses.source);
  const site = siteLink(chain, evidence, entry);
  const record = recordLink(chain, here, evidence);
  const certificate = follows(record, () => certificateLink(chain, evidence), 'certificate');
  const key = follows(certificate, () => keyLink(chain), 'key');
  const access = follows(key, () => accessLink(chain, evidence), 'access');
  // Whoever answered there may have been another computer.
  const isOurs = here !== undefined || !chain.record.known || chain.record.value !== undefined;
  const handshake = isOurs
    ? handshakeLink(chain, evidence)
    : skipped('handshake', 'not judged: it may be of another server');
  return [site, record, certificate, key, access, handshake];
}

const link = (name: LinkName, state: LinkState, code: LinkCode, message: string, source?: Source): Link => ({
  name,
  state,
  code,
  message,
  ...(source && { source: describeSource(source) }),
});

const notRead = (name: LinkName, missing: { readonly why: string; readonly source: Source }): Link =>
  link(name, 'unknown', 'not-read', `not checked: ${missing.why}`, missing.source);

const skipped = (name: LinkName, message: string): Link => link(name, 'skipped', 'skipped', message);

function follows(before: Link, next: () => Link, name: LinkName): Link {
  if (before.code === 'central-store') return { ...before, name, state: 'skipped', code: 'skipped' };
  if (before.state === 'ok' || before.state === 'warning') return next();
  return skipped(
    name,
    before.state === 'unknown' ? `not checked: depends on the ${before.name} link` : 'nothing to look at',
  );
}

function malformedBinding(chain: Unlinked, malformed: string, source: Source): readonly Link[] {
  const broken = link('site', 'broken', 'binding-malformed', `the https binding is malformed: ${malformed}`, source);
  const rest: readonly LinkName[] = ['http.sys', 'certificate', 'key', 'access', 'handshake'];
  return [broken, ...rest.map((name) => skipped(name, `no endpoint can be read from ${chain.binding.information}`))];
}

/** IIS passes over it: whatever http.sys has for it, no client of this server gets there. */
function elsewhere({ binding }: Unlinked, source: Source): readonly Link[] {
  const message = `https ${binding.information}: not on this server, which does not have the address ${addressOfBinding(binding.information)}`;
  const site = link('site', 'skipped', 'not-on-this-server', message, source);
  const rest: readonly LinkName[] = ['http.sys', 'certificate', 'key', 'access', 'handshake'];
  return [site, ...rest.map((name) => skipped(name, 'not on this server'))];
}

function siteLink(chain: Unlinked, evidence: Evidence, entry: JudgedEntry | undefined): Link {
  const what = `https ${chain.binding.information}`;
  const { source } = evidence.config;
  if (entry?.fault === undefined) return link('site', 'ok', 'fine', what, source);
  const message = `${what}; customMetadata ${entry.entry.keyPath} overrides it: ${describeMapperFault(entry.fault, entry.entry.store)}`;
  return link('site', 'warning', 'mapper-override', message, source);
}

function recordLink(chain: Unlinked, here: true | undefined, { addresses }: Evidence): Link {
  const { record, endpoint } = chain;
  if (!record.known) return notRead('http.sys', record);
  const { value, source } = record;
  if (value === undefined && here === undefined) {
    const address = addressOfBinding(chain.binding.information);
    const why = `no SSL record for ${endpoint.name}, and it is not known whether ${address} is an address of this server`;
    return notRead('http.sys', { why, source: addresses.source });
  }
  if (value === undefined) return link('http.sys', 'broken', 'no-record', `no SSL record for ${endpoint.name}`, source);
  if (endpoint.table === 'ccs') {
    return link('http.sys', 'ok', 'central-store', 'central certificate store: chosen by file name', source);
  }
  if (value.thumbprint === '') {
    return link(
      'http.sys',
      'broken',
      'record-without-hash',
      `the record of ${endpoint.name} names no certificate`,
      source,
    );
  }
  return link('http.sys', 'ok', 'fine', `${endpoint.name} uses ${value.thumbprint}`, source);
}

function certificateLink(chain: Unlinked, evidence: Evidence): Link {
  const { certificate, record } = chain;
  if (!certificate.known) return notRead('certificate', certificate);
  const store = `LocalMachine\\${(record.known && record.value?.store) || 'MY'}`;
  const { value, source } = certificate;
  if (value === undefined) {
    const message = missingWords(store, record.known ? (record.value?.thumbprint ?? '') : '', evidence);
    return link('certificate', 'broken', 'certificate-missing', message, source);
  }
  const { notAfter, notBefore } = value.facts;
  const validity = validityAt(value.facts, evidence.collectedAt);
  if (validity === 'expired') {
    return link(
      'certificate',
      'broken',
      'certificate-expired',
      `${nameOf(value)} expired on ${notAfter.slice(0, 10)}`,
      source,
    );
  }
  if (validity === 'not-yet') {
    const message = `${nameOf(value)} is not valid before ${notBefore.slice(0, 10)}`;
    return link('certificate', 'broken', 'certificate-not-yet-valid', message, source);
  }
  return link(
    'certificate',
    'ok',
    'fine',
    `${nameOf(value)} in ${store}, valid until ${notAfter.slice(0, 10)}`,
    source,
  );
}

/** A record that names the wrong store is mended by another store name, not by an import. */
function missingWords(store: string, thumbprint: string, evidence: Evidence): string {
  const elsewhere = allCertificates(evidence).find((each) => each.thumbprint === thumbprint);
  const missing = `no certificate ${thumbprint} in ${store}`;
  return elsewhere === undefined
    ? missing
    : `${missing}, which the record names; this very certificate (${nameOf(elsewhere)}) is in LocalMachine\\${elsewhere.store}`;
}

/** The name a person knows a certificate by: its first DNS name, else its subject. */
export const nameOf = (certificate: StoreCertificate): string =>
  certificate.facts.names[0] ?? certificate.facts.subject;

function keyLink(chain: Unlinked): Link {
  const { key, handshake } = chain;
  if (!key.known) return notRead('key', key);
  if (key.value === undefined) return skipped('key', 'nothing to look at');
  const serves = handshake?.known === true && handshake.value.outcome === 'certificate';
  const [state, code, message] = judgeKey(key.value, serves);
  return link('key', state, code, message, key.source);
}

function judgeKey(place: KeyPlace, serves: boolean): readonly [LinkState, LinkCode, string] {
  switch (place.at) {
    case 'machine':
      return ['ok', 'fine', 'in the machine key store'];
    case 'system':
      return ['ok', 'fine', "in SYSTEM's own key store"];
    case 'user': {
      const where = `stayed in the key store of ${place.profile?.name ?? 'a user'}`;
      return serves
        ? ['warning', 'key-stranded', `${where}; HTTPS will stop at the next reboot`]
        : ['broken', 'key-stranded', `${where}; SYSTEM cannot open it`];
    }
    case 'lost-user-key':
      return [
        'broken',
        'key-lost-with-profile',
        'no key file anywhere: the entry names a key of a user whose profile is gone, or it was deleted',
      ];
    case 'lost-machine-key':
      return ['broken', 'key-lost', 'no key file in the machine key store: it was deleted'];
    case 'machine-mislabelled':
      return ['broken', 'key-mislabelled', 'in the machine key store, but the entry says it is a user key'];
    case 'other-machine-guid':
      return [
        'broken',
        'key-other-machine',
        'the key file belongs to another MachineGuid: this server was cloned or renamed',
      ];
    case 'hardware':
      return ['unknown', 'key-hardware', `not checked: the key is with ${place.provider}, which is never touched`];
    case 'no-link':
      return ['broken', 'key-no-link', 'the store entry names no private key'];
  }
}

function accessLink(chain: Unlinked, evidence: Evidence): Link {
  if (!chain.key.known || chain.key.value === undefined) return skipped('access', 'nothing to look at');
  if (chain.key.value.at === 'user') return skipped('access', 'nothing to look at');
  const access: Known<boolean> = systemMayRead(chain.key.value, evidence);
  if (!access.known) return notRead('access', access);
  return access.value
    ? link('access', 'ok', 'fine', 'SYSTEM may read the key file', access.source)
    : link('access', 'broken', 'key-closed-to-system', 'SYSTEM may not read the key file', access.source);
}

function handshakeLink(chain: Unlinked, evidence: Evidence): Link {
  const { handshake, record } = chain;
  if (handshake === undefined) return link('handshake', 'unknown', 'not-read', 'not checked: no handshake was made');
  if (!handshake.known) return notRead('handshake', handshake);
  const { value, source } = handshake;
  if (value.outcome === 'no-connection') {
    return link('handshake', 'broken', 'handshake-no-connection', `nobody answers: ${value.detail}`, source);
  }
  if (value.outcome === 'no-tls') {
    return link('handshake', 'broken', 'handshake-no-tls', `no TLS answer: ${value.detail}`, source);
  }
  if (record.known && record.value?.thumbprint !== value.thumbprint) {
    const served = standInFor(chain, evidence);
    const through = served === undefined ? '' : `without a record of its own, ${served.through} `;
    const message = `${through}answers with another certificate: ${value.thumbprint}`;
    return link('handshake', 'broken', 'handshake-other-certificate', message, source);
  }
  return link('handshake', 'ok', 'fine', `${value.protocol}, ${value.thumbprint}`, source);
}
