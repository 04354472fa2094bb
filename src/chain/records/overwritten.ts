// SSL records that the ABO mapper has overwritten. It deletes a site's record and makes a plain one with the hash of 5506
// (KB 2025598): where that hash is valid HTTPS works, with another certificate or without the settings of the old record.
// Only a state that was remembered can tell. Which application id and flags the mapper gives is not established: another
// id alone is no sign of it, and a record with settings that the old one had not is left alone, so that a mapper that
// keeps settings, or gives some of its own, makes us miss a case and never take back what somebody has set.

import { groupBy, once } from '../../model/once.ts';
import { type Evidence, endpointKey } from '../../model/server/evidence.ts';
import type { Site } from '../../model/server/iis-config.ts';
import { type SslRecord, settingsOf, strangeValues } from '../../model/server/ssl-record.ts';
import { findCertificate } from '../certificates/certificates.ts';
import { keyPlace } from '../certificates/key-place.ts';
import { chainsOfSite } from '../join.ts';
import { type JudgedEntry, judgeMapperEntries } from '../mapper.ts';
import { rememberedCandidate } from '../memory/remembered.ts';
import { recordAt } from './records.ts';

/** A record as the mapper makes it, where a healthy state had another one whose certificate can still serve. */
export interface OverwrittenRecord {
  readonly present: SslRecord;
  readonly remembered: SslRecord;
  /** The sites with a binding on this endpoint that an entry below applies to. */
  readonly sites: readonly Site[];
  /** The entries that hold the hash of the present record. */
  readonly entries: readonly [JudgedEntry, ...JudgedEntry[]];
  /** What the record has lost, in the names of netsh's options: `clientcertnegotiation`, `urlretrievaltimeout=15000`. */
  readonly lost: readonly string[];
}

/** All of them, by endpoint. */
export const overwrittenRecords = once((evidence: Evidence): readonly OverwrittenRecord[] => {
  const { baseline, records } = evidence;
  if (!baseline.known || baseline.value === undefined || !records.known) return [];
  const applied = judgeMapperEntries(evidence).flatMap((entry) =>
    entry.sites.flatMap((site) => chainsOfSite(site, evidence).map(({ endpoint }) => ({ entry, site, endpoint }))),
  );
  return [...groupBy(applied, ({ endpoint }) => endpointKey(endpoint)).values()].flatMap((all) => {
    const [{ endpoint }] = all as [(typeof all)[number]];
    const present = recordAt(records.value, endpoint);
    const fitting = all.filter(({ entry }) => entry.thumbprint === present?.thumbprint);
    const [first, ...others] = new Set(fitting.map(({ entry }) => entry));
    const earlier = rememberedCandidate(endpoint, evidence);
    if (present === undefined || first === undefined || earlier === undefined || earlier.stranded) return [];
    if (!isOverwritten(present, earlier.record) || waitsForItsKey(present, evidence)) return [];
    const sites = [...new Set(fitting.map(({ site }) => site))];
    const lost = lostSettings(present, earlier.record);
    return [{ present, remembered: earlier.record, sites, entries: [first, ...others], lost }];
  });
});

/** Another certificate, or settings that are lost. A record with settings of its own was not made by the mapper. */
function isOverwritten(present: SslRecord, remembered: SslRecord): boolean {
  const earlier = shownSettings(remembered);
  const isMisread = present.notUnderstood.length > strangeValues(present).length;
  if (isMisread || shownSettings(present).some((setting) => !earlier.includes(setting))) return false;
  return isOtherCertificate({ present, remembered }) || lostSettings(present, remembered).length > 0;
}

/** Whether clients get another certificate than they got. */
export const isOtherCertificate = ({
  present,
  remembered,
}: Pick<OverwrittenRecord, 'present' | 'remembered'>): boolean => present.thumbprint !== remembered.thumbprint;

function lostSettings(present: SslRecord, remembered: SslRecord): readonly string[] {
  const now = shownSettings(present);
  const lost = shownSettings(remembered).filter((setting) => !now.includes(setting));
  const moved = storeOf(present) !== storeOf(remembered) && !isOtherCertificate({ present, remembered });
  return moved ? [...lost, `certstorename=${remembered.store || 'MY'}`] : lost;
}

const storeOf = ({ store }: SslRecord): string => (store || 'MY').toLowerCase();

/** As a person reads them: what is only switched on has no value. */
const shownSettings = (record: SslRecord): readonly string[] =>
  settingsOf(record).map(([option, value]) => (value === 'enable' ? option : `${option}=${value}`));

/** A certificate whose key is in a user's key store has a repair of its own, which gives this record what it lacks. */
function waitsForItsKey(present: SslRecord, evidence: Evidence): boolean {
  const found = findCertificate(evidence, present.store, present.thumbprint);
  if (!found.known || found.value === undefined) return false;
  const place = keyPlace(found.value.key, evidence);
  return place.known && place.value.at === 'user';
}

/** Whether the present certificate can serve: then somebody may have meant the change. */
export const canServe = ({ entries }: OverwrittenRecord): boolean =>
  entries.some(({ fault }) => fault === undefined || fault === 'other-than-record');
