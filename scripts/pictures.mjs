// npm run pictures: what README shows, made anew from a lab: the reports of a terminal as SVG, the page by a browser as PNG.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { shown } from './pictures/shown.mjs';
import { root } from './program-facts.mjs';

const PICTURES = join(root, 'docs', 'pictures');
const BROWSER = '/usr/bin/chromium';

const folder = mkdtempSync(join(tmpdir(), 'iis-ssl-heal-pictures-'));
try {
  for (const [name, content] of Object.entries(shown(folder)))
    if (name === 'page.html') await photograph(content);
    else writeFileSync(join(PICTURES, name), content);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} page */
async function photograph(page) {
  if (!existsSync(BROWSER)) return console.log('skipped: the pictures of the page, since there is no Chromium');
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await puppeteer.launch({ executablePath: BROWSER, args });
  const tab = await browser.newPage();
  await tab.setViewport({ width: 800, height: 700 });
  await tab.setContent(page);
  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await tab.screenshot({ path: join(PICTURES, `page-${scheme}.png`), optimizeForSpeed: false });
  }
  await browser.close();
}
