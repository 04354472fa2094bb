// The speed of the built program, as ratios within one run: seconds say nothing about another computer. It prints and
// judges; a missed target is no failure, since a busy computer misses too. Only what cannot be measured is one.
//   npm run bench [-- --load] [--write] [PART ...]
// --load: beside a busy process for each core. --write: puts the table into docs/performance.md. PART: start, large, edit,
// growth.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { edit } from './bench/edit.mjs';
import { growth } from './bench/growth.mjs';
import { largeCheck } from './bench/large-check.mjs';
import { load } from './bench/load.mjs';
import { computer, writePage } from './bench/page.mjs';
import { start } from './bench/start.mjs';
import { heading, tableRow } from './bench/table.mjs';

const PARTS = { start, large: largeCheck, edit, growth };

const { values, positionals } = parseArgs({
  options: { load: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0)
  throw new Error(`there is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);

const work = mkdtempSync(join(tmpdir(), 'iis-ssl-heal-bench-'));
const made = computer(values.load);
const endLoad = values.load ? load() : () => {};
/** @type {string[]} */
const lines = [];
try {
  say(`${made}\n\n${heading()}`);
  for (const [name, part] of Object.entries(PARTS))
    if (positionals.length === 0 || positionals.includes(name)) await printAll(part);
} finally {
  endLoad();
  rmSync(work, { recursive: true, force: true });
}
if (values.write) writePage(lines.join('\n'), values.load);

/** @param {(work: string) => Iterable<Told> | AsyncIterable<Told>} part @typedef {import('./bench/table.mjs').Row | string} Told */
async function printAll(part) {
  for await (const row of part(work)) {
    if (typeof row === 'string') console.log(row);
    else say(tableRow(row));
  }
}

/** @param {string} text */
function say(text) {
  console.log(text);
  lines.push(text);
}
