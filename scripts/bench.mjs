// The speed of the built program, as ratios within one run: seconds say nothing about another computer. It prints and
// judges; a missed target is no failure, since a busy computer misses too. Only what cannot be measured is one.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { medians, peakMemory, run } from './bench/measure.mjs';
import { windowsStart } from './bench/windows-start.mjs';

const ROUNDS = 9;
const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'iis-ssl-heal-bench-'));

const seconds = (/** @type {number} */ milliseconds) => `${(milliseconds / 1000).toFixed(3)} s`;
const megabytes = (/** @type {number} */ bytes) => `${Math.round(bytes / 1e6)} MB`;

try {
  measureAll();
  await measureExe();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function measureAll() {
  const few = makeFolder('few', 3);
  const thousand = makeFolder('thousand', 1_000);
  const many = makeFolder('many', 10_000);
  const lostThousand = makeFolder('lost-thousand', 1_000, '--lost');
  const lostMany = makeFolder('lost-many', 10_000, '--lost');
  const input = sizeOf(many);
  console.log(
    `Node ${process.versions.node}, medians of ${ROUNDS} rounds; 10,000 sites are ${megabytes(input)} of input.`,
  );
  printRow(['measure', 'takes', 'against', 'ratio', 'target', '']);

  const nothing = { args: ['-e', '0'], exitCode: 0 };
  const version = { args: [path('../bin/iis-ssl-heal.mjs'), '--version'], exitCode: 0 };
  const [none = 0, told = 0, small = 0] = medians(ROUNDS, [nothing, version, check(few)]);
  judge('--version against an empty Node', told, none, 1.25, seconds);
  judge('check of 3 sites against an empty Node', small, none, 2, seconds);

  const programs = [floor(thousand), check(thousand), floor(many), check(many)];
  const [readThousand = 0, checkedThousand = 0, readMany = 0, checkedMany = 0] = medians(ROUNDS, programs);
  judge('check of 1,000 sites against read and hash', checkedThousand, readThousand, undefined, seconds);
  judge('check of 10,000 sites against read and hash', checkedMany, readMany, 4, seconds);
  judge('check of 10,000 sites against 1,000', checkedMany, checkedThousand, 11, seconds);
  judge('memory for 10,000 sites against the input', peakMemory(check(many), work), input, 6, megabytes);

  const [aThousandLost = 0, allLost = 0] = medians(ROUNDS, [check(lostThousand, 1), check(lostMany, 1)]);
  judge('check of 10,000 lost bindings against 1,000', allLost, aThousandLost, 11, seconds);
}

async function measureExe() {
  const windows = await windowsStart(work);
  if (windows === undefined)
    return console.log('skipped: the start of the .exe: this is no Windows, and there is no Wine');
  try {
    const [bare = 0, exe = 0] = medians(ROUNDS, windows.programs);
    judge(`.exe --version against a bare node.exe ${windows.node}`, exe, bare, 1.5, seconds);
  } finally {
    windows.end();
  }
}

/** An evidence folder of this many sites. @param {string} name @param {number} count @param {string[]} flags */
function makeFolder(name, count, ...flags) {
  const folder = join(work, name);
  run({ args: [path('./bench/make-folder.mjs'), folder, String(count), ...flags], exitCode: 0 });
  return folder;
}

/** @param {string} folder @param {number} exitCode 1 where faults are to be found */
function check(folder, exitCode = 0) {
  return { args: [path('../bin/iis-ssl-heal.mjs'), 'check', '--from', folder], exitCode };
}

/** @param {string} folder */
function floor(folder) {
  return { args: [path('./bench/floor.mjs'), folder], exitCode: 0 };
}

/** @param {string} folder */
function sizeOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/**
 * One row of the table, with the verdict.
 * @param {string} what
 * @param {number} value
 * @param {number} base
 * @param {number | undefined} target the greatest ratio that is good
 * @param {(value: number) => string} unit
 */
function judge(what, value, base, target, unit) {
  const ratio = value / base;
  const missed = `MISSED by ${Math.round((ratio / (target ?? ratio) - 1) * 100)} %`;
  const verdict = target === undefined ? '' : ratio <= target ? 'ok' : missed;
  printRow([what, unit(value), unit(base), ratio.toFixed(2), target?.toFixed(2) ?? '', verdict]);
}

/** @param {readonly string[]} cells */
function printRow([what = '', value = '', base = '', ratio = '', target = '', verdict = '']) {
  const cells = [what.padEnd(46), value.padStart(9), base.padStart(9), ratio.padStart(6), target.padStart(6), verdict];
  console.log(cells.join('  ').trimEnd());
}
