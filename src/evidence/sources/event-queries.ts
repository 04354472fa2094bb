// Which events are asked for: those that a finding can have among its facts, of the last seven days at most.

import type { Command } from '../../model/repair/command.ts';
import { queryEvents } from '../../windows-commands/wevtutil.ts';

/** What is told beside a finding. */
const DAYS = 7;

/** In the milliseconds that timediff counts. */
const MS_IN_A_DAY = 86_400_000;

/** A burst of events says no more than its first thousand. */
const MOST_EVENTS = 1000;

/** Of Schannel and http.sys. 36886 to 36888 are left out: scanners set them off by the thousand, and push the others out. */
export const querySystem = (): Command =>
  queryEvents('System', recent(DAYS, 36870, 36869, 15021, 15300, 15301, 15005), MOST_EVENTS);

/** Of keys and key files; of fewer days for who asks every hour. */
export const querySecurity = (days = DAYS): Command => queryEvents('Security', recent(days, 5061, 5058), MOST_EVENTS);

const recent = (days: number, ...ids: readonly number[]): string =>
  `*[System[(${ids.map((id) => `EventID=${id}`).join(' or ')}) and TimeCreated[timediff(@SystemTime) <= ${days * MS_IN_A_DAY}]]]`;
