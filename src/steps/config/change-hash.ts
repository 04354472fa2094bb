// What becomes of 5506 entries: stripped, or corrected where one hash is certain.

import { candidatesFor } from '../../chain/certificates/candidates.ts';
import { findCertificate } from '../../chain/certificates/certificates.ts';
import { usableBySystem } from '../../chain/certificates/usable.ts';
import { chainsOfSite, hasNoRecord } from '../../chain/join.ts';
import { CERT_HASH, CERT_STORE_NAME, type JudgedEntry, recordsOfSite } from '../../chain/mapper.ts';
import { remembered } from '../../chain/memory/remembered.ts';
import { correctValue, type Strip, stripProperties } from '../../formats/iis/metadata-edit.ts';
import type { Blocked, Edit } from '../../model/repair/plan.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { IisConfig, MetadataKey } from '../../model/server/iis-config.ts';
import type { MetadataChanges, MetadataCorrection } from './through-appcmd.ts';

/** Strips the hash of these entries, and the store's name that nothing is left for. */
export const stripping = (entries: readonly JudgedEntry[]): MetadataChanges => ({
  strips: entries.map(({ key }) => stripOf(key)),
  corrections: [],
});

/** 5506, and a 5511 that nothing is left to name a store for. */
const stripOf = (key: MetadataKey): Strip => ({ keyPath: key.path, ids: [CERT_HASH, CERT_STORE_NAME] });

/** The one certain hash for each entry that is wrong; blocked where one has none. What is superfluous is stripped. */
export function corrections(entries: readonly JudgedEntry[], evidence: Evidence): MetadataChanges | Blocked {
  const corrected: MetadataCorrection[] = [];
  // Entries of sites that are gone, and good ones that have cost a record its settings.
  const superfluous: MetadataKey[] = [];
  for (const judged of entries) {
    const right = judged.sites.length === 1 ? certainHash(judged, evidence) : undefined;
    if (judged.fault === undefined || judged.fault === 'no-such-site') superfluous.push(judged.key);
    else if (right === undefined) return notCertain(judged);
    else {
      const { key, entry } = judged;
      corrected.push({ key, property: entry.property, value: Buffer.from(right, 'hex').toString('base64') });
    }
  }
  return { strips: superfluous.map(stripOf), corrections: corrected };
}

/** Those changes as edits of the file. */
export const editsFor = ({ strips, corrections }: MetadataChanges, config: IisConfig): readonly Edit[] => [
  ...corrections.flatMap(({ property, value }) => correctValue(config, property, value)),
  ...stripProperties(config, strips),
];

const notCertain = (judged: JudgedEntry): Blocked => ({
  blocked: true,
  why: `no one valid hash is certain for ${judged.key.path}: leave --correct out, and the entry is stripped`,
});

/** The one hash that all of the site's bindings have or had, whose certificate is usable, in the store that 5511 names. */
function certainHash(judged: JudgedEntry, evidence: Evidence): string | undefined {
  const [site] = judged.sites;
  if (site === undefined || !evidence.records.known) return undefined;
  const live = recordsOfSite(site, evidence.records.value).map((record) => record.thumbprint);
  const lost = chainsOfSite(site, evidence)
    .filter(hasNoRecord)
    .map(({ endpoint }) => {
      const found = candidatesFor(endpoint, evidence);
      const certain = found.known ? found.value.certain?.certificate.thumbprint : undefined;
      return remembered(endpoint, evidence)?.thumbprint ?? certain;
    });
  const [only, ...others] = new Set([...live, ...lost]);
  if (only === undefined || others.length > 0) return undefined;
  const certificate = findCertificate(evidence, judged.entry.store, only);
  if (!certificate.known || certificate.value === undefined) return undefined;
  const usable = usableBySystem(certificate.value, evidence);
  return usable.known && usable.value ? only : undefined;
}
