// Which events are asked for: those that a finding can have among its facts, of the last seven days.

import type { Command } from '../../model/repair/command.ts';
import { queryEvents } from '../../windows-commands/wevtutil.ts';

/** Seven days, in the milliseconds that timediff counts. */
const RECENT = 'TimeCreated[timediff(@SystemTime) <= 604800000]';

/** A burst of events says no more than its first thousand. */
const MOST_EVENTS = 1000;

/** Of Schannel and http.sys. 36886 to 36888 are left out: scanners set them off by the thousand, and push the others out. */
export const querySystem = (): Command =>
  queryEvents('System', recent(36870, 36869, 15021, 15300, 15301, 15005), MOST_EVENTS);

/** Of keys and key files. */
export const querySecurity = (): Command => queryEvents('Security', recent(5061, 5058), MOST_EVENTS);

const recent = (...ids: readonly number[]): string =>
  `*[System[(${ids.map((id) => `EventID=${id}`).join(' or ')}) and ${RECENT}]]`;
