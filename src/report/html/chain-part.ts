// The six links of an https site binding as a row of boxes, with what is to be said of each.

import type { Chain, LinkState } from '../../model/server/chain.ts';
import { bindingName, chainState, sourceWord } from '../words/chain-state.ts';
import { code, escapeHtml, SIGNS, tableOf } from './escape.ts';
import { tellMany, wholeCheck } from './many.ts';

/** The line to a link, as the terminal draws it: whole, crossed out, with its sign, or dotted where nobody looked. */
const LINES: Readonly<Record<LinkState, string>> = {
  ok: '──',
  note: '──',
  warning: '──!',
  broken: '──╳',
  unknown: '──?',
  skipped: '··',
};

/** As much of a chain as is shown: one that another server has sent has no more. */
export interface ShownChain {
  readonly site: { readonly name: string };
  readonly binding: { readonly protocol: string; readonly information: string };
  readonly links: readonly ShownLink[];
}

interface ShownLink {
  readonly name: string;
  readonly state: LinkState;
  readonly message: string;
  readonly source?: string;
}

/** All of them; of many that fare alike most are told in a line each. */
export const chainSections = (chains: readonly Chain[], targetArguments: string): readonly string[] =>
  tellMany(chains, {
    kindOf: chainState,
    whole: chainSection,
    line: chainLine,
    rest: (state, count) => `${count} more ${count === 1 ? 'binding' : 'bindings'}: ${state}`,
    command: wholeCheck(targetArguments),
  });

/** What the links say that are not in order. */
function chainLine(chain: Chain): string {
  const said = chain.links
    .filter(({ state }) => state !== 'ok' && state !== 'skipped')
    .map(
      ({ name, state, message }) =>
        `<span class="${state}">${SIGNS[state]} ${escapeHtml(`${name}: ${message}`)}</span>`,
    );
  return [escapeHtml(`${chain.site.name}, ${bindingName(chain)}`), ...said].join('; ');
}

/** One binding: its site, the row, and a table of what each link says. */
export const chainSection = (chain: ShownChain): string => `<section>
<h3>${escapeHtml(chain.site.name)}, <span class="code">${escapeHtml(bindingName(chain))}</span></h3>
<ol class="chain">
${chain.links.map(linkBox).join('\n')}
</ol>
${tableOf(chain.links.map(linkRow))}
</section>`;

function linkBox({ name, state }: ShownLink, index: number): string {
  const line = index === 0 ? '' : `<span class="line">${LINES[state]}</span>`;
  return `<li class="${state}">${line}<span class="box" title="${state}">${SIGNS[state]} ${escapeHtml(name)}</span></li>`;
}

function linkRow({ name, state, message, source }: ShownLink): readonly [string, string] {
  const origin = source === undefined ? '' : `<br><span class="soft">${sourceWord({ state })} ${code(source)}</span>`;
  return [escapeHtml(name), `<span class="${state}">${SIGNS[state]} ${escapeHtml(message)}</span>${origin}`];
}
