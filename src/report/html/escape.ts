// Text in HTML: nothing that a server says can become markup.

import type { LinkState } from '../../model/server/chain.ts';
import { printable } from '../terminal/layout.ts';

/** Text as text. Control characters are shown, not sent. */
export const escapeHtml = (text: string): string =>
  printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');

/** In front of a link, a record, a finding: a state is told by its sign too, never by colour alone. */
export const SIGNS: Readonly<Record<LinkState, string>> = {
  ok: '✔',
  note: 'i',
  warning: '!',
  broken: '✖',
  unknown: '?',
  skipped: '·',
};

/** A list of lines that are markup already; '' where there is none. */
export const listOf = (tag: 'ul' | 'ol', items: readonly string[]): string =>
  items.length === 0 ? '' : `<${tag}>\n${items.map((item) => `<li>${item}</li>`).join('\n')}\n</${tag}>`;

/** A command, a path, a hash: as it is, broken anywhere where the page is narrow. */
export const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;

/** A table of rows that are markup already: what it is, and what stands there. */
export const tableOf = (rows: readonly (readonly [name: string, cell: string])[]): string =>
  `<table>\n<tbody>\n${rows.map(([name, cell]) => `<tr><th scope="row">${name}</th><td>${cell}</td></tr>`).join('\n')}\n</tbody>\n</table>`;
