// docs/performance.md: the last table stands between two comments, with the computer that it was made on.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

/** In one sentence. @param {boolean} underLoad */
export function computer(underLoad) {
  const processors = cpus();
  const [day] = new Date().toISOString().split('T');
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const load = underLoad
    ? 'beside a busy process for each core'
    : `load average at the start ${loadavg()[0]?.toFixed(1)}`;
  return `${day}: ${processors.length} cores of ${processors[0]?.model.trim()}, ${memory}, ${type()} ${release()}, Node ${process.versions.node}, ${load}.`;
}

/** Puts a table in the place of the last one of its kind. @param {string} table @param {boolean} underLoad */
export function writePage(table, underLoad) {
  const [begin, end] = underLoad
    ? ['<!-- under load -->', '<!-- end of load -->']
    : ['<!-- quiet -->', '<!-- end of quiet -->'];
  const page = readFileSync(PAGE, 'utf8');
  const [head = '', , tail] = split(page, begin, end);
  if (tail === undefined) throw new Error(`${PAGE} lacks ${begin} or ${end}`);
  writeFileSync(PAGE, `${head}${begin}\n\n${table}\n\n${end}${tail}`);
}

/** What stands before, between and behind two marks. @param {string} text @param {string} begin @param {string} end */
function split(text, begin, end) {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  return from < 0 || to < 0 ? [text] : [text.slice(0, from), text.slice(from, to), text.slice(to + end.length)];
}
