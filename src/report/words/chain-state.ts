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
  if (links.some((link) => link.state === 'broken')) return 'broken';
  const isLate = isUnreached(chain.greeted);
  if (links.some((link) => link.state === 'unknown' && (isLate || link.name !== 'handshake'))) return 'unknown';
  if (links.some((link) => link.state === 'warning')) return 'warning';
  if (links.some((link) => link.state === 'skipped')) return 'unknown';
  return links.some((link) => link.state === 'note') ? 'note' : 'ok';
}

/** The binding as a person knows it, for example `https *:443:`. */
export const bindingName = ({
  binding,
}: {
  readonly binding: Pick<Chain['binding'], 'protocol' | 'information'>;
}): string => `${binding.protocol} ${binding.information}`;

/** In front of the source of a link. */
export const sourceWord = ({ state }: Pick<Link, 'state'>): string => (state === 'unknown' ? 'tried' : 'read from');
