// A finding in words: one sentence, the facts behind it, and what can be done.

import type { Fact, Finding } from '../../model/repair/finding.ts';
import type { Blocked, Plan } from '../../model/repair/plan.ts';
import { paragraph, whole } from './layout.ts';
import { marks, type Style } from './style.ts';

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

/** One finding, numbered; with what its repair would be, where that is known. */
export function renderFinding(
  finding: Finding,
  number: number,
  repair: Plan | Blocked | undefined,
  style: Style,
): string {
  const broken = finding.severity === 'broken';
  const sign = broken ? marks(style).bad : marks(style).warn;
  const head = { text: `${sign} ${number}. ${finding.playbook}:`, as: broken ? 'bad' : 'warn' } as const;
  return [
    paragraph(style, [head, ` ${finding.message}`], { first: 0, rest: 5 }),
    ...shownFacts(finding).map((fact) => factLine(fact, style)),
    ...(repair === undefined ? [] : [paragraph(style, [repairWords(repair)], { first: 5, rest: 7 })]),
  ].join('\n');
}

const WIDEST_LABEL = 13;

/** Label and value; a value that does not fit beside its label gets a line of its own, whole. */
function factLine(fact: Fact, style: Style): string {
  const label = labelOf(fact);
  const room = whole(' '.repeat(Math.max(0, WIDEST_LABEL - label.length)));
  const pieces = [{ text: whole(label), as: 'dim' } as const, `${room} ${whole(fact.value)}`];
  return paragraph(style, pieces, { first: 5, rest: 7 });
}

/** The repair in one clause, as all reports show it. */
export function repairWords(repair: Plan | Blocked): string {
  if (!('blocked' in repair)) return `repair: ${repair.title} (${repair.risk})`;
  return `${repair.refused ? 'refused' : 'no repair from here'}: ${repair.why}${repair.who === undefined ? '' : `; it takes ${repair.who}`}`;
}
