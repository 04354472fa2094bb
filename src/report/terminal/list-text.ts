// The playbooks as a list for people.

import type { Playbook } from '../../model/repair/playbook.ts';
import { paragraph } from './layout.ts';
import type { Style } from './style.ts';

/** What the list shows of a playbook. */
export type ListedPlaybook = Pick<Playbook, 'id' | 'title' | 'symptom' | 'remedy'>;

/** Id and title, symptom, remedy; ends with a line break. */
export function renderList(playbooks: readonly ListedPlaybook[], style: Style): string {
  return `${playbooks.map((playbook) => listed(playbook, style)).join('\n\n')}\n`;
}

const listed = ({ id, title, symptom, remedy }: ListedPlaybook, style: Style): string =>
  [
    paragraph(style, [{ text: id, as: 'strong' }, `: ${title}`], { first: 0, rest: 2 }),
    paragraph(style, [{ text: 'symptom:', as: 'dim' }, ` ${symptom}`], { first: 2, rest: 11 }),
    paragraph(style, [{ text: 'repair:\u00a0', as: 'dim' }, ` ${remedy}`], { first: 2, rest: 11 }),
  ].join('\n');
