// The rows of npm run bench: the ratio is taken round by round, and the verdict says by how much a target is missed.
import { expect, it } from 'vitest';
import { type Row, tableRow } from '../../scripts/bench/table.mjs';

const cells = (row: Row) =>
  tableRow(row)
    .split('|')
    .map((cell) => cell.trim())
    .slice(1, -1);

it('takes the ratio of each round, not of the medians', () => {
  const row: Row = { what: 'a check', value: [200, 900, 400], base: [100, 300, 400], target: 2, unit: 'ms' };
  expect(cells(row)).toEqual(['a check', '0.400 s', '0.300 s', '2.00', '1.00', '3.00', '2.00', 'met']);
});

it('says by how much a target is missed, and nothing where there is none', () => {
  const row: Row = { what: 'memory', value: [350e6], base: [100e6], unit: 'bytes' };
  expect(cells({ ...row, target: 2.8 })).toEqual([
    'memory',
    '350 MB',
    '100 MB',
    '3.50',
    '3.50',
    '3.50',
    '2.80',
    'missed by 25 %',
  ]);
  expect(cells(row).slice(-2)).toEqual(['', '']);
});

it('holds several rounds against a base that was taken once', () => {
  const row: Row = { what: 'starts', value: [42, 45], base: [10], unit: 'programs' };
  expect(cells(row).slice(1, 6)).toEqual(['43.5', '10', '4.35', '4.20', '4.50']);
});
