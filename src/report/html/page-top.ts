// How every page begins: nothing is fetched, no script runs, and the first line says how it stands.

import type { LinkState } from '../../model/server/chain.ts';
import { escapeHtml, SIGNS } from './escape.ts';
import { STYLE_SHEET } from './html-style.ts';

/** What is at the top of a page, as plain text. `style`: CSS of this page alone. */
export interface PageTop {
  readonly title: string;
  readonly as: LinkState;
  readonly sentence: string;
  readonly heading: string;
  readonly style?: string;
}

/** Up to the heading; `main`, `body` and `html` are left open. */
export const pageTop = ({ title, as, sentence, heading, style = '' }: PageTop): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE_SHEET}${style}</style>
</head>
<body>
<main>
<h1 class="${as}">${SIGNS[as]} ${escapeHtml(sentence)}</h1>
<p class="soft">${escapeHtml(heading)}</p>
`;
