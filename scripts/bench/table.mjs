// The table of the bench: one row for each measure, held against its floor or its peer.

/**
 * `value` and `base` are what was measured in each round, in one unit; the ratio is taken round by round, so that it
 * holds where the computer's speed changes. The target is the greatest ratio that is good; none where a row only informs.
 * @typedef {{ readonly what: string, readonly value: readonly number[], readonly base: readonly number[],
 *   readonly target?: number, readonly unit: 'ms' | 'bytes' | 'programs' }} Row
 */

const HEAD = ['measure', 'takes', 'against', 'ratio', 'from', 'to', 'target', ''];

export const heading = () =>
  [HEAD, HEAD.map((_cell, at) => (at === 0 || at === 7 ? '---' : '---:'))].map(line).join('\n');

/** A row as Markdown that is also straight in a terminal. @param {Row} row */
export function tableRow({ what, value, base, target, unit }) {
  const ratios = value.map((each, round) => each / (base[round] ?? base[0] ?? Number.NaN));
  const ratio = median(ratios);
  const missed = `missed by ${Math.round((ratio / (target ?? ratio) - 1) * 100)} %`;
  return line([
    what,
    shown(median(value), unit),
    shown(median(base), unit),
    ...[ratio, Math.min(...ratios), Math.max(...ratios)].map((each) => each.toFixed(2)),
    target?.toFixed(2) ?? '',
    target === undefined ? '' : ratio <= target ? 'met' : missed,
  ]);
}

/** @param {readonly string[]} cells */
function line(cells) {
  const widths = [58, 9, 9, 6, 6, 6, 6, 0];
  const padded = cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)));
  return `| ${padded.join(' | ')} |`;
}

/** @param {number} value @param {Row['unit']} unit */
function shown(value, unit) {
  if (unit === 'ms') return `${(value / 1000).toFixed(3)} s`;
  return unit === 'bytes' ? `${Math.round(value / 1e6)} MB` : String(value);
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? Number.NaN) + (sorted[sorted.length >> 1] ?? Number.NaN)) / 2;
}
