// What ten times the work costs: 11 times is in proportion, with something to spare.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyJournals } from './journals.mjs';
import { inTurn, run } from './measure.mjs';
import { evidenceFolder, program } from './program.mjs';

/** @typedef {import('./measure.mjs').Program} Program @typedef {import('./table.mjs').Row} Row */

const ROUNDS = 3;
const TARGET = 11;

/** @param {string} work @returns {Generator<Row>} */
export function* growth(work) {
  const few = evidenceFolder(work, 500, true);
  const many = evidenceFolder(work, 5_000, true);
  yield pair('plan --script of 5,000 lost records against 500', script(work, few), script(work, many));
  yield pair('check --html of 5,000 lost records against 500', page(work, few), page(work, many));

  const [months = '', years = ''] = labsWithRuns(work, [100, 1_000]);
  yield pair(
    'runs of 1,000 journals against 100',
    program(['runs', '--lab', months]),
    program(['runs', '--lab', years]),
  );
  const dry = (/** @type {string} */ lab) => program(['fix', '--dry-run', '--line', '--lab', lab]);
  yield pair('a fix that finds nothing, after 1,000 runs against 100', dry(months), dry(years));

  const [base = [], value = []] = labsCreated(work, [100, 1_000]);
  yield { what: 'lab create with 1,000 sites against 100', value, base, target: TARGET, unit: 'ms' };
}

/** @param {string} what @param {Program} few @param {Program} many @returns {Row} */
function pair(what, few, many) {
  const [base = [], value = []] = inTurn(ROUNDS, [few, many]);
  return { what, value, base, target: TARGET, unit: 'ms' };
}

/** @param {string} work @param {string} folder */
const script = (work, folder) => program(['plan', '--from', folder, '--script', join(work, 'heal.cmd')]);

/** @param {string} work @param {string} folder */
const page = (work, folder) => program(['check', '--from', folder, '--html', join(work, 'page.html')], 1);

/** A healed lab for each count of runs. @param {string} work @param {readonly number[]} counts */
function labsWithRuns(work, counts) {
  const healed = join(work, 'healed');
  run(program(['lab', 'create', healed, '--fault', 'lost-binding']));
  run(program(['fix', '--yes', '--lab', healed]));
  return counts.map((count) => {
    const lab = join(work, `runs-${count}`);
    cpSync(healed, lab, { recursive: true });
    copyJournals(lab, count);
    return lab;
  });
}

/** Each lab is made in a folder of its own. @param {string} work @param {readonly number[]} counts */
function labsCreated(work, counts) {
  const configs = counts.map((sites) => configurationOf(work, sites));
  /** @param {string} config @param {number} round */
  const create = (config, round) => run(program(['lab', 'create', `${config}-${round}`, '--config', config]));
  const rounds = Array.from({ length: ROUNDS }, (_each, round) => configs.map((config) => create(config, round)));
  return counts.map((_count, at) => rounds.map((round) => round[at] ?? Number.NaN));
}

/** @param {string} work @param {number} sites */
function configurationOf(work, sites) {
  const file = join(work, `sites-${sites}.config`);
  const all = Array.from({ length: sites }, (_each, at) => site(at));
  const section = `<system.applicationHost><sites>${all.join('')}</sites></system.applicationHost>`;
  writeFileSync(file, `<configuration>${section}</configuration>`);
  return file;
}

/** @param {number} at */
const site = (at) => `
  <site name="s${at}" id="${at + 1}">
    <bindings><binding protocol="https" bindingInformation="*:443:s${at}.example.test" sslFlags="1" /></bindings>
  </site>`;
