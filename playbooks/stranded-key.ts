// A certificate was dragged in the certificates console from a user's store into LocalMachine\My. The entry arrived,
// the private key stayed behind. HTTPS works until the reboot; then Schannel 36870 with 0x80090016, and no connection.

import { type Candidates, candidatesFor } from '../src/chain/certificates/candidates.ts';
import { allCertificates, calledName } from '../src/chain/certificates/certificates.ts';
import { keyPlace } from '../src/chain/certificates/key-place.ts';
import { chainsAt, lostChains } from '../src/chain/join.ts';
import { rememberedCandidate } from '../src/chain/memory/remembered.ts';
import { recordsUsing } from '../src/chain/records/records.ts';
import { supersededRecords } from '../src/chain/records/superseded.ts';
import { serves } from '../src/chain/visit.ts';
import { AT_REBOOT, downWords, httpsOf, siteNames } from '../src/chain/words.ts';
import { once } from '../src/model/once.ts';
import type { Fact, Severity } from '../src/model/repair/finding.ts';
import type { Blocked } from '../src/model/repair/plan.ts';
import type { Planning } from '../src/model/repair/planning.ts';
import { type Description, KEY_CODES, type Playbook, type Repair, type WayOut } from '../src/model/repair/playbook.ts';
import type { KeyProvider, StoreCertificate } from '../src/model/server/certificate.ts';
import type { KeyPlace } from '../src/model/server/chain.ts';
import { type Evidence, endpointKey, SYSTEM_SID } from '../src/model/server/evidence.ts';
import { describeSource } from '../src/model/server/known.ts';
import { isOurs } from '../src/model/server/record-owner.ts';
import type { Endpoint, SslRecord } from '../src/model/server/ssl-record.ts';
import { planFromPfx, planMove, planRebind } from '../src/steps/keys/key-repairs.ts';

type StrandedPlace = Extract<KeyPlace, { at: 'user' | 'lost-user-key' }>;

interface Stranded {
  readonly certificate: StoreCertificate;
  readonly key: KeyProvider;
  readonly place: StrandedPlace;
}

/** A certificate in LocalMachine whose private key stayed with a user. */
export const strandedKey: Playbook<Stranded> = {
  id: 'stranded-key',
  founding: true,
  title: "The private key stayed in a user's key store when its certificate was dragged to the machine's",
  symptom: 'HTTPS worked until the reboot; Schannel 36870 with 0x80090016 or 0x8009030D, Security 5061',
  remedy: 'moves the key into the machine key store and runs the binding again',
  cause:
    "Dragging a certificate in the certificates console from a user's store to the computer's copies the entry, and leaves the private key in the user's profile. http.sys keeps the key open that it got while that user was logged on, so everything works until the reboot. After the reboot only that user can open the key.",
  mayGoWrong:
    'The key leaves its profile through a PFX file with a one-time password, in a folder that only administrators can enter, and the file is always removed. A key that was marked non-exportable stays as it is: then its PFX file is asked for. New connections fail for a moment while the binding is run again.',
  takenBack:
    'The store entry is put back byte for byte, and the SSL record as it was. The machine key that was imported stays as a file that no certificate names. The key in the profile was never changed.',
  sources: ['the article "SSL stops working in IIS7"', 'KB 889651'],
  shownBy: [
    KEY_CODES,
    'ERROR_NO_SUCH_LOGON_SESSION',
    'STATUS_NO_SUCH_LOGON_SESSION',
    '36870',
    '36871',
    '15021',
    '5061',
    '5058',
    'ECONNRESET',
  ],
  takes: ['key-stranded', 'key-lost-with-profile'],
  flags: ['pfx', 'through'],
  find,
  describe,
  plan,
  ways,
  owner: ({ place }) => {
    const profile = place.at === 'user' ? place.profile : undefined;
    return profile && { sid: profile.sid, name: profile.name, elevated: true };
  },
  pfxOf: ({ certificate }) => certificate.thumbprint,
};

function find(evidence: Evidence): readonly Stranded[] {
  const stranded = allCertificates(evidence).flatMap((certificate) => {
    const { key } = certificate;
    const place = keyPlace(key, evidence);
    return key && place.known && isStranded(place.value) ? [{ certificate, key, place: place.value }] : [];
  });
  if (stranded.length === 0) return [];
  const isRelevant = relevance(evidence);
  return stranded.filter(({ certificate }) => isRelevant(certificate));
}

const isStranded = (place: KeyPlace): place is StrandedPlace => place.at === 'user' || place.at === 'lost-user-key';

/** Certificates that a record names, or that an endpoint without a record is waiting for. Others harm nobody. */
function relevance(evidence: Evidence): (certificate: StoreCertificate) => boolean {
  const wanted = new Set(awaited(evidence).map(({ certificate }) => certificate));
  return (certificate) =>
    wanted.has(certificate) ||
    recordsUsing(certificate, evidence).some(({ endpoint }) => !isStopped(endpoint, evidence));
}

/** Nobody comes to an endpoint whose sites are all stopped on purpose. */
function isStopped(endpoint: Endpoint, evidence: Evidence): boolean {
  const chains = chainsAt(endpoint, evidence);
  return chains.length > 0 && chains.every(({ site }) => site.stopped);
}

/** What waits to be bound: in the place of a certificate that is gone or has expired, or at an endpoint without a record. */
const awaited = once((evidence: Evidence) => [...awaitedByRecords(evidence), ...awaitedByBindings(evidence)]);

const awaitedByRecords = (evidence: Evidence) =>
  supersededRecords(evidence).flatMap((superseded) =>
    superseded.isKept || !isOurs(superseded.record) ? [] : awaitedOf(superseded),
  );

/** For each endpoint without a record the certificate that it had or must have had, else all that a person may choose. */
const awaitedByBindings = (evidence: Evidence) =>
  [...lostChains(evidence).values()].flatMap(([chain]) => {
    if (chain === undefined || chain.endpoint.table === 'ccs') return [];
    const earlier = rememberedCandidate(chain.endpoint, evidence);
    if (earlier !== undefined) return [{ ...earlier, certain: true }];
    const found = candidatesFor(chain.endpoint, evidence);
    return found.known ? awaitedOf(found.value) : [];
  });

const awaitedOf = ({ certain, offered }: Pick<Candidates, 'certain' | 'offered'>) =>
  certain === undefined ? offered.map((each) => ({ ...each, certain: false })) : [{ ...certain, certain: true }];

/** A key that nothing but a person's choice can have a use for is moved when a person says so. */
const isNeeded = (certificate: StoreCertificate, evidence: Evidence): boolean =>
  recordsUsing(certificate, evidence).length > 0 ||
  awaited(evidence).some((each) => each.certain && each.certificate === certificate);

function describe(stranded: Stranded, evidence: Evidence): Description {
  const { certificate, place } = stranded;
  const records = recordsUsing(certificate, evidence);
  const endpoints = records.map((record) => endpointKey(record.endpoint));
  const severity = severityOf(endpoints, evidence);
  return {
    key: certificate.thumbprint,
    subject: `certificate ${calledName(certificate)}`,
    severity,
    message: `The private key of ${calledName(certificate)} ${stays(place)}: ${effect(records, severity, evidence)}.`,
    ...(severity === 'warning' && { breaks: AT_REBOOT }),
    facts: factsOf(stranded, evidence),
    endpoints,
  };
}

/** Still serving everybody is a warning: the credential that was acquired in the owner's session is kept until the reboot. */
function severityOf(endpoints: readonly string[], evidence: Evidence): Severity {
  const answers = endpoints.flatMap((endpoint) => serves(evidence.handshakes.get(endpoint)) ?? []);
  return answers.length > 0 && answers.every((each) => each) ? 'warning' : 'broken';
}

const stays = (place: StrandedPlace): string =>
  place.at === 'lost-user-key'
    ? "was in a user's key store and is gone, so it must come from a PFX file"
    : `stayed in the key store of ${place.profile?.name ?? 'a user'}, where SYSTEM cannot open it`;

/** What waits for its key is bound nowhere: nobody has lost anything by it yet. */
function effect(records: readonly SslRecord[], severity: Severity, evidence: Evidence): string {
  if (records.length === 0) return 'no site can use the certificate as it is';
  const whose = siteNames(records.flatMap(({ endpoint }) => chainsAt(endpoint, evidence)));
  const endpoints = records.map(({ endpoint }) => endpointKey(endpoint));
  return severity === 'warning'
    ? `${httpsOf(whose)} still works and will stop at the next reboot`
    : downWords(endpoints, whose, evidence);
}

function factsOf({ certificate, key, place }: Stranded, evidence: Evidence): readonly Fact[] {
  const store = evidence.storeMy.source;
  const fact = (name: string, value: string, source = store): Fact => ({ name, value, source: describeSource(source) });
  const entry = [
    fact('thumbprint', certificate.thumbprint),
    fact('store', certificate.store),
    fact('container', key.container),
    fact('provider', key.provider),
  ];
  if (place.at === 'lost-user-key') return [...entry, fact('keyStorage', key.type === 0 ? 'cng' : 'capi')];
  const { profiles, keyFiles } = evidence;
  return [
    ...entry,
    fact('keyStorage', place.storage, keyFiles.source),
    fact('keyFile', place.file, keyFiles.source),
    fact('ownerSid', place.profile?.sid ?? '', profiles.source),
    fact('ownerName', place.profile?.name ?? '', profiles.source),
    fact('profilePath', place.profile?.path ?? '', profiles.source),
  ];
}

function ways({ certificate, place }: Stranded, evidence: Evidence, how: Planning): readonly WayOut[] {
  if (!isOwner(place, how)) return [];
  const move: WayOut = { way: 'move', title: 'Move the key into the machine key store (lasting repair, recommended)' };
  const again: WayOut = {
    way: 're-bind',
    title: 'Run the binding again (relief: works until the next reboot at most)',
  };
  // As long as HTTPS works there is nothing to relieve.
  const endpoints = recordsUsing(certificate, evidence).map(({ endpoint }) => endpointKey(endpoint));
  if (endpoints.length === 0 || severityOf(endpoints, evidence) === 'warning') return [move];
  const iis: WayOut = {
    way: 're-bind-appcmd',
    title: 'Run it again through IIS, by appcmd (relief: works until the next reboot at most)',
  };
  const other = how.choices.through === undefined && planRebind(certificate, evidence, throughAppcmd(how));
  return other && !('blocked' in other) && other.through === 'appcmd' ? [move, again, iis] : [move, again];
}

const throughAppcmd = (how: Planning): Planning => ({ ...how, choices: { ...how.choices, through: 'appcmd' } });

function planWay(certificate: StoreCertificate, evidence: Evidence, how: Planning): Repair | Blocked {
  if (how.choices.way === 're-bind') return planRebind(certificate, evidence, how);
  if (how.choices.way === 're-bind-appcmd') return planRebind(certificate, evidence, throughAppcmd(how));
  return planMove(certificate, evidence, how);
}

function plan({ certificate, place }: Stranded, evidence: Evidence, how: Planning): Repair | Blocked {
  const { pfx } = how.choices;
  const made = planWay(certificate, evidence, how);
  // Nobody is called in for a repair that would then be refused.
  if ('blocked' in made) return made;
  if (pfx?.thumbprint === certificate.thumbprint) return planFromPfx(certificate, pfx.file, evidence, how);
  if (place.at === 'lost-user-key') {
    return {
      blocked: true,
      why: 'the key is gone: import the certificate from a PFX file, or have it issued again',
      who: 'somebody who has the PFX file',
      command: 'iis-ssl-heal fix --pfx FILE',
    };
  }
  if (!isOwner(place, how)) return blockedForOthers(place, how);
  return isNeeded(certificate, evidence) ? made : { ...made, risk: 'disruptive' };
}

const isOwner = (place: StrandedPlace, { session }: Planning): boolean =>
  place.at === 'user' && session.known && place.profile?.sid === session.value.sid;

function blockedForOthers(place: StrandedPlace, { session }: Planning): Blocked {
  const owner = place.at === 'user' ? place.profile : undefined;
  const me = session.known ? (session.value.sid === SYSTEM_SID ? 'SYSTEM' : session.value.name) : 'this session';
  const who = owner === undefined ? 'the owner of the key' : `${owner.name} (${owner.sid})`;
  return {
    blocked: true,
    why: `the key is protected for ${owner?.name ?? 'its owner'}; ${me} cannot open it`,
    who,
    command: 'iis-ssl-heal fix --only stranded-key',
    instead: {
      says: 'whoever has the PFX file of the certificate needs no owner',
      command: 'iis-ssl-heal fix --pfx FILE',
    },
    ...(owner !== undefined && {
      offer: {
        says: `a task that moves it when ${owner.name} logs on next`,
        command: 'iis-ssl-heal schedule install --owner',
      },
    }),
  };
}
