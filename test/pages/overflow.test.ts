// Each page in a real browser at three widths, in light, dark and on paper: nothing is wider than the page, and no text leaves
// its box.

import { existsSync } from 'node:fs';
import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allPages, type Page } from '../support/pages.ts';

const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
const executablePath = BROWSERS.find((path) => existsSync(path));
if (executablePath === undefined) console.warn('skipped: no Chromium');

/** What sticks out: `tag.class: its text` by its first letters. Runs in the page. */
function sticksOut(): readonly string[] {
  const { clientWidth } = document.documentElement;
  return [...document.body.querySelectorAll('*')].flatMap((element) => {
    const { left, right } = element.getBoundingClientRect();
    const isOut = left < -0.5 || right > clientWidth + 0.5 || element.scrollWidth > Math.ceil(right - left) + 1;
    const isInline = getComputedStyle(element).display === 'inline';
    return isOut && !(isInline && right <= clientWidth + 0.5)
      ? [`${element.tagName}.${element.className}: ${element.textContent?.trim().slice(0, 40)}`]
      : [];
  });
}

type Look = readonly [width: number, media: 'screen' | 'print', scheme: 'light' | 'dark'];

const LOOKS: readonly Look[] = [
  [420, 'screen', 'light'],
  [800, 'screen', 'dark'],
  [1280, 'screen', 'light'],
  [700, 'print', 'light'],
];

describe.skipIf(executablePath === undefined)('a report in a browser', () => {
  let browser: Browser;
  let pages: readonly Page[];
  beforeAll(async () => {
    pages = await allPages();
    // The sandbox of Chromium refuses to start as root, as which a container runs its tests.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await puppeteer.launch({ executablePath: executablePath ?? '', args });
  });
  afterAll(() => browser?.close());

  /** What sticks out of it in each look, folded and open. */
  async function outIn(html: string, looks: readonly Look[] = LOOKS): Promise<readonly string[]> {
    const page = await browser.newPage();
    await page.setContent(html);
    const out: string[] = [];
    for (const isOpen of [false, true]) {
      await page.evaluate((open) => {
        for (const each of document.querySelectorAll('details')) each.open = open;
      }, isOpen);
      for (const [width, media, scheme] of looks) {
        await page.setViewport({ width, height: 900 });
        await page.emulateMediaType(media);
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        const look = `${width} px, ${media}, ${scheme}`;
        out.push(...(await page.evaluate(sticksOut)).map((what) => `${look}: ${what}`));
      }
    }
    await page.close();
    return out;
  }

  it('keeps everything in its box at 420, 800 and 1280 px, light, dark and on paper', async () => {
    for (const { name, html } of pages) expect([name, await outIn(html)]).toEqual([name, []]);
  });

  it('sees a box that is too wide, and text that leaves its box', async () => {
    const [page] = pages;
    const wide = page?.html.replace('<main>', '<main><div style="width: 2000px">wide</div>') ?? '';
    const text =
      page?.html.replace('<main>', `<main><p style="overflow-wrap: normal; width: 50px">${'x'.repeat(90)}</p>`) ?? '';
    expect(await outIn(wide)).not.toEqual([]);
    expect(await outIn(text)).not.toEqual([]);
  });

  it('shows on paper what is folded on a screen', async () => {
    const page = await browser.newPage();
    await page.setContent(pages[0]?.html ?? '');
    const isSeen = () => page.evaluate(() => document.querySelector('details ul')?.checkVisibility());
    expect(await isSeen()).toBe(false);
    await page.emulateMediaType('print');
    expect(await isSeen()).toBe(true);
    await page.close();
  });
});
