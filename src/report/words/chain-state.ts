// One word for a whole chain, the same in every report.

import { isUnreached } from '../../chain/unreached.ts';
import type { Chain, Link } from '../../model/server/chain.ts';

/**
 * `note`: all holds, with something worth knowing. `unknown`: nothing is seen broken, and not every link was followed.
 * `elsewhere`: the binding is not of this server.
 */
export type ChainState = 'ok' | 'note' | 'warning' | 'broken' | 'unknown' | 'elsewhere';

/**
 * The worst of the links. A handshake that was not made takes nothing away from the five links that were read; one that was to
 * be made, and for which there was no time, does.
 */
export function chainState(chain: Chain): ChainState {
  const { links } = chain;
  if (links.some((link) => link.code === 'not-on-this-server')) return 'elsewhere';
  if (links.some((link) => link.code === 'site-stopped')) return 'note';
  const isLate = isUnreached(chain.greeted);
  let worst = 0;
  for (const { state, name } of links)
    if (state !== 'unknown' || isLate || name !== 'handshake') worst = Math.max(worst, WEIGHT[state]);
  return STATES[worst] ?? 'ok';
}

/** What a link weighs, and what a chain is whose heaviest link weighs as much. */
const WEIGHT: Readonly<Record<Link['state'], number>> = {
  ok: 0,
  note: 1,
  skipped: 2,
  warning: 3,
  unknown: 4,
  broken: 5,
};
const STATES: readonly ChainState[] = ['ok', 'note', 'unknown', 'warning', 'unknown', 'broken'];

/** The binding as a person knows it, for example `https *:443:`. */
export const bindingName = ({
  binding,
}: {
  readonly binding: Pick<Chain['binding'], 'protocol' | 'information'>;
}): string => `${binding.protocol} ${binding.information}`;

/** In front of the source of a link. */
export const sourceWord = ({ state }: Pick<Link, 'state'>): string => (state === 'unknown' ? 'tried' : 'read from');
