// The pictures in docs/pictures show what the program really prints: each is made again here, from a lab of its own.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasTerminal, shown } from '../../scripts/pictures/shown.mjs';
import { LOOKS, terminalSvg } from '../../scripts/pictures/terminal-svg.mjs';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PICTURES = join(import.meta.dirname, '..', '..', 'docs', 'pictures');
const README = readFileSync(join(PICTURES, '..', '..', 'README.md'), 'utf8');

describe('docs/pictures', () => {
  it.skipIf(!hasTerminal())('shows what the program prints: npm run pictures makes them anew', () => {
    const { 'page.html': _page, ...pictures } = shown(temporaryFolder());
    for (const [name, svg] of Object.entries(pictures)) expect(svg).toBe(readFileSync(join(PICTURES, name), 'utf8'));
    expect(Object.keys(pictures).length).toBe(4);
  });

  it('is in README, light and dark, and nothing else is there', () => {
    const files = readdirSync(PICTURES);
    const named = [...README.matchAll(/docs\/pictures\/([\w-]+\.(?:svg|png))/g)].map(([, name]) => name);
    expect(new Set(named)).toEqual(new Set(files));
    expect(files.filter((name) => name.includes('dark')).length).toBe(files.length / 2);
  });
});

it('draws each run of one colour at its columns, and no sign of a server as markup', () => {
  const svg = terminalSvg('\u001b[31m✖ Down\u001b[39m: a<b & c\n\u001b[2m  dim\u001b[22m', 20, LOOKS.dark);
  expect(svg).toContain(
    '<text x="14" y="27" textLength="48" lengthAdjust="spacingAndGlyphs" fill="#ff7b72">✖ Down</text>',
  );
  expect(svg).toContain('>: a&lt;b &amp; c</text>');
  expect(svg).toMatch(/x="30" y="45".*fill="#9aa5b0">dim</);
});
