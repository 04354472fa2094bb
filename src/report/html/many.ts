// Thousands of one kind: the first are shown whole, the others a line each, folded. A page of 10,000 whole ones is 30 MB,
// which no browser opens with ease and nobody reads.

import { groupBy } from '../../model/once.ts';
import { MOST } from '../terminal/layout.ts';
import { code, escapeHtml, listOf } from './escape.ts';

/** How items are told. `line` is markup; `rest` says what the folded ones are, by how many they are. */
export interface Telling<Item> {
  readonly kindOf: (item: Item) => string;
  readonly whole: (item: Item) => string;
  readonly line: (item: Item) => string;
  readonly rest: (kind: string, count: number) => string;
  /** The command that tells what a line leaves out. */
  readonly command: string;
}

/** Every item: whole in their order, as many of each kind as a terminal would tell, then the others of each kind. */
export function tellMany<Item>(items: readonly Item[], { kindOf, whole, line, rest, command }: Telling<Item>) {
  const kinds = [...groupBy(items, kindOf)];
  const folded = kinds.flatMap(([kind, all]) => (all.length > MOST ? [[kind, all.slice(MOST)] as const] : []));
  const isFolded = new Set(folded.flatMap(([, some]) => some));
  return [
    ...items.filter((item) => !isFolded.has(item)).map(whole),
    ...folded.map(
      ([kind, some]) =>
        `<details>\n<summary>${escapeHtml(rest(kind, some.length))}</summary>\n<p class="soft">All about each of them: ${code(command)}</p>\n${listOf('ul', some.map(line))}\n</details>`,
    ),
  ];
}

/** The check of the same target for a program: it leaves nothing out. */
export const wholeCheck = (targetArguments: string): string =>
  ['iis-ssl-heal check --json', targetArguments].filter((part) => part !== '').join(' ');
