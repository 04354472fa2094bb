// Whether the ABO mapper has struck already: it deleted the record of a site (15300), and made none since.

import type { Chain } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { chainsOfSite } from '../join.ts';
import { type JudgedEntry, judgeMapperEntries } from '../mapper.ts';
import { utc } from '../words.ts';
import { DELETED, isNewer, loggedAt, MADE } from './https-events.ts';

/** A chain whose record the mapper has deleted, and when. */
export interface Struck {
  readonly chain: Chain;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** Those of one entry that is not good. Empty where the log does not say so. */
export const struckBy = ({ sites, fault }: JudgedEntry, evidence: Evidence): readonly Struck[] =>
  fault === undefined
    ? []
    : sites
        .flatMap((site) => chainsOfSite(site, evidence))
        .flatMap((chain) => {
          const deleted = loggedAt(DELETED, chain.endpoint, evidence);
          const isLost = chain.links.some(({ code }) => code === 'no-record');
          return isLost && isNewer(deleted, loggedAt(MADE, chain.endpoint, evidence))
            ? [{ chain, at: deleted.last }]
            : [];
        });

/** Why this chain has no record, as the end of a sentence; '' where the mapper is not known to have deleted it. */
export function mapperCause(chain: Chain, evidence: Evidence): string {
  for (const entry of judgeMapperEntries(evidence)) {
    const struck = struckBy(entry, evidence).find((each) => each.chain === chain);
    if (struck !== undefined)
      return `, because the ABO mapper deleted it at ${utc(struck.at)} and will do so again (customMetadata ${entry.key.path})`;
  }
  return '';
}
