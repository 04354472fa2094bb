// The journals of years: the first run of a lab, again and again under other ids.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} lab @param {number} count with the first one */
export function copyJournals(lab, count) {
  const runs = join(lab, 'ProgramData', 'iis-ssl-heal', 'runs');
  const [first = ''] = readdirSync(runs);
  const entries = readdirSync(join(runs, first)).map((name) => ({
    name,
    text: readFileSync(join(runs, first, name), 'utf8'),
  }));
  for (let run = 2; run <= count; run += 1) {
    const id = `${String(run).padStart(4, '0')}${first.slice(4)}`;
    mkdirSync(join(runs, id));
    for (const { name, text } of entries)
      writeFileSync(join(runs, id, name), name.endsWith('-run.json') ? named(text, id) : text);
  }
}

/** The entry that says which run it is, with its checksum made anew. @param {string} text @param {string} id */
function named(text, id) {
  const { checksum: _, ...content } = { ...JSON.parse(text), id };
  const checksum = `sha256:${createHash('sha256').update(canonical(content)).digest('hex')}`;
  return `${JSON.stringify({ ...content, checksum }, null, 2)}\n`;
}

/** Keys in order, no blanks. @param {unknown} value @returns {string} */
function canonical(value) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const keys = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${keys.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}
