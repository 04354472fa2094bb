// What the built program shows of a lab: real output of real runs, without what differs from run to run.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../program-facts.mjs';
import { LOOKS, terminalSvg } from './terminal-svg.mjs';

const PROGRAM = join(root, 'bin', 'iis-ssl-heal.cjs');
const COLUMNS = 80;

/** Whether a pseudo-terminal can be had here: the program colours nothing else. */
export const hasTerminal = () => spawnSync('script', ['--version'], { stdio: 'ignore' }).status === 0;

/**
 * The pictures by their file names: the report of a broken server and of the same one healed, and the page of the broken one.
 * @param {string} folder an empty one, where the lab is made
 * @returns {Readonly<Record<string, string>>}
 */
export function shown(folder) {
  /** @param {string[]} words */
  const run = (...words) =>
    spawnSync(process.execPath, [PROGRAM, ...words], { cwd: folder, env: environment(), encoding: 'utf8' });
  run('lab', 'create', 'shop', '--fault', 'stranded-key', '--fault', 'wrong-name');
  run('lab', 'reboot', 'shop');
  const broken = onTerminal(folder, 'check --lab shop --html page.html');
  const page = withoutChance(readFileSync(join(folder, 'page.html'), 'utf8'));
  run('fix', '--lab', 'shop', '--yes=disruptive');
  const healed = onTerminal(folder, 'check --lab shop');
  return {
    ...bothLooks('broken', withoutChance(broken)),
    ...bothLooks('healed', withoutChance(healed)),
    'page.html': page,
  };
}

/**
 * @param {string} name
 * @param {string} output
 */
const bothLooks = (name, output) => ({
  [`${name}-light.svg`]: terminalSvg(output, COLUMNS, LOOKS.light),
  [`${name}-dark.svg`]: terminalSvg(output, COLUMNS, LOOKS.dark),
});

const environment = () => ({ ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8', TERM: 'xterm-256color', NO_COLOR: '' });

/**
 * @param {string} cwd
 * @param {string} words
 */
function onTerminal(cwd, words) {
  const line = `stty cols ${COLUMNS} rows 24; exec "${process.execPath}" "${PROGRAM}" ${words} 2>/dev/null`;
  const args = ['--quiet', '--return', '--command', line, '/dev/null'];
  try {
    return execFileSync('script', args, {
      cwd,
      env: environment(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    // A check of a broken server ends with 1.
    const { status, stdout } = /** @type {{ status?: number, stdout?: string }} */ (error);
    if (status === 1 && stdout) return stdout;
    throw error;
  }
}

/**
 * Chance is replaced by what might be there as well, of the same length: thumbprints, digests and containers by the order in
 * which they come, times by one.
 * @param {string} text
 */
function withoutChance(text) {
  /** @type {Map<string, string>} */
  const names = new Map();
  const hex = /\b(?:[0-9A-F]{40}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{32}|[0-9A-F]{8}(?=\))|[0-9a-f]{12})\b/g;
  const known = /7c0e4f52-9b1d-4d37-8a66-2f5d1be0c941|4dc3e181-e14b-4a21-b022-59fc669b0914/i;
  return (
    text
      .replace(/\{?\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b\}?/g, (each) =>
        known.test(each) ? each : each.replace(/[0-9a-fA-F]/g, '0'),
      )
      .replace(hex, (each) => {
        const key = each.slice(0, 8).toUpperCase();
        if (!names.has(key)) names.set(key, DIGITS.slice((names.size * 8) % 64));
        const made = (names.get(key) ?? '').repeat(4).slice(0, each.length);
        return each === each.toUpperCase() ? made.toUpperCase() : made;
      })
      // A terminal gets each word with its own colour, so date, time and offset are replaced one by one.
      .replace(/\d{4}-\d\d-\d\d(?=T[\d:.]+Z|\D)/g, '2026-11-28')
      .replace(/\d\d:\d\d:\d\d(?:\.\d+)?/g, '02:14:09')
      .replace(/[+-]\d\d:\d\d\b/g, '+01:00')
      .replace(/\b\d+ days left/g, '6759 days left')
  );
}

const DIGITS = '3f9a61c20b7d4e85a1c6f2d09e3b7845d2e8017c5fa94b36680e1d97cb52f3a4'.repeat(2);
