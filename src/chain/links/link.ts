// The makers of links, so that each is one call.

import type { Chain, Link, LinkCode, LinkName, LinkState } from '../../model/server/chain.ts';
import { describeSource, type Source } from '../../model/server/known.ts';

/** A chain before its links are judged. */
export type Unlinked = Omit<Chain, 'links'>;

/** One link. */
export const link = (name: LinkName, state: LinkState, code: LinkCode, message: string, source?: Source): Link =>
  source === undefined
    ? { name, state, code, message }
    : { name, state, code, message, source: describeSource(source) };

/** It could not be judged. */
export const notRead = (name: LinkName, missing: { readonly why: string; readonly source?: Source }): Link =>
  link(name, 'unknown', 'not-read', `not checked: ${missing.why}`, missing.source);

/** There was nothing to judge. */
export const skipped = (name: LinkName, message: string): Link => link(name, 'skipped', 'skipped', message);
