// What to do: the findings in a few lines each, what is down first; with --verbose the facts and commands behind them.

import { groupBy } from '../../model/once.ts';
import { type Fact, type Finding, isDown } from '../../model/repair/finding.ts';
import type { Blocked, Plan } from '../../model/repair/plan.ts';
import { showAction } from '../../steps/shown-action.ts';
import type { ToDo } from '../words/to-do.ts';
import { MOST, paragraph, restLine, verbatim, whole } from './layout.ts';
import { marks, paint, type Style } from './style.ts';

/** How a person calls a fact; a name that is missing here is shown as it is. */
const LABELS: Readonly<Record<string, string>> = {
  appId: 'AppId',
  container: 'key container',
  keyFile: 'key file',
  keyPath: 'metadata key',
  keyStorage: 'key storage',
  ownerName: 'owner',
  ownerSid: 'owner SID',
  profilePath: 'profile',
  rememberedThumbprint: 'remembered',
  settingsLost: 'settings lost',
};

/** The label of a fact, as all reports show it. */
export const labelOf = ({ name }: Fact): string => LABELS[name] ?? name.replace(/^event(?=\d)/, 'event ');

/** Facts that have something to show. */
export const shownFacts = (finding: Finding): readonly Fact[] => finding.facts.filter((fact) => fact.value !== '');

/** All of them under a title; '' where there is nothing to do. */
export function renderToDo(all: readonly ToDo[], systemRoot: string, style: Style): string {
  if (all.length === 0) return '';
  const shown = all.slice(0, MOST).map((each) => renderOne(each, systemRoot, style));
  const more = restLine(all.length, 'faults', style);
  return [paint(style, 'strong', 'What to do:'), ...shown, ...(more === '' ? [] : [more])].join('\n');
}

function renderOne({ number, finding, state, repair }: ToDo, systemRoot: string, style: Style): string {
  const as = isDown(finding) ? 'bad' : 'warn';
  const lines = [
    paragraph(
      style,
      [{ text: `${marks(style)[as]} ${number}. ${state}`, as }, ` (${finding.playbook}). ${finding.message}`],
      FIRST,
    ),
    ...(repair === undefined ? [] : [paragraph(style, [repairWords(repair)], BELOW)]),
  ];
  return [...lines, ...(style.verbose ? details(finding, repair, systemRoot, style) : [])].join('\n');
}

const FIRST = { first: 2, rest: 7 };
const BELOW = { first: 7, rest: 9 };

function details(
  finding: Finding,
  repair: Plan | Blocked | undefined,
  systemRoot: string,
  style: Style,
): readonly string[] {
  const steps = repair === undefined || 'blocked' in repair ? [] : repair.steps;
  return [
    ...[...groupBy(shownFacts(finding), ({ source }) => source)].flatMap(([source, facts]) => [
      ...facts.map((fact) => factLine(fact, style)),
      ...(source === ''
        ? []
        : [paragraph(style, [{ text: `read from ${source}`, as: 'dim' }], { first: 9, rest: 11 })]),
    ]),
    ...steps.map((step) => verbatim(showAction(step.do, systemRoot), BELOW.first)),
  ];
}

const WIDEST_LABEL = 13;

/** Label and value; a value that does not fit beside its label gets a line of its own, whole. */
function factLine(fact: Fact, style: Style): string {
  const label = labelOf(fact);
  const room = whole(' '.repeat(Math.max(0, WIDEST_LABEL - label.length)));
  return paragraph(style, [{ text: whole(label), as: 'dim' }, `${room} ${whole(fact.value)}`], BELOW);
}

/** The repair in one clause, as all reports show it. */
export function repairWords(repair: Plan | Blocked): string {
  if (!('blocked' in repair)) return `repair: ${repair.title} (${repair.risk})`;
  return `${repair.refused ? 'refused' : 'no repair from here'}: ${repair.why}${repair.who === undefined ? '' : `; needed: ${repair.who}`}`;
}
