// ARCHITECTURE.md has a row for each room of scripts/borders.mjs, in that order, with what it may know: UPDATE_DOCS=1
// writes the last column anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ROOMS } from '../../scripts/borders.mjs';

const FILE = 'ARCHITECTURE.md';
const ROW = /^\| `((?:src|playbooks)[^`]*)` \| ([^|]*) \| ([^|]*) \|$/gm;

interface Room {
  readonly knows?: readonly string[];
  readonly not?: readonly string[];
  readonly packages?: readonly string[];
}
const rooms: Readonly<Record<string, Room>> = ROOMS;

const short = (names: readonly string[]): string =>
  names.map((name) => name.replace(/^src\/|\/$/g, '').replace(/\/$/, '')).join(', ');

/** Packages are told where they are not Node's own. */
function mayKnow({ knows = [], not = [], packages = [] }: Room): string {
  const own = packages.filter((name) => !name.startsWith('node:')).map((name) => `*${name}*`);
  const all = knows.includes('*') ? `all but ${short(not)}` : short(knows);
  return [all, ...own].filter((each) => each !== '').join(', ') || 'nothing';
}

it('ARCHITECTURE.md tells each room and what it may know, in the order of the data', () => {
  const text = readFileSync(FILE, 'utf8');
  if (process.env.UPDATE_DOCS === '1') {
    const made = text.replace(ROW, (row, name: string, what: string) => {
      const room = rooms[name] ?? rooms[`${name}/`];
      return room === undefined ? row : `| \`${name}\` | ${what} | ${mayKnow(room)} |`;
    });
    writeFileSync(FILE, made);
  }
  const told = [...readFileSync(FILE, 'utf8').matchAll(ROW)].map(([, name, , knows]) => [name, knows]);
  const is = Object.entries(rooms).map(([name, room]) => [name.replace(/\/$/, ''), mayKnow(room)]);
  expect(told).toEqual(is);
});
