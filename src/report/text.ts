// A diagnosis for the terminal: verdict, chains, findings, what was not checked, what to do next.

import type { Diagnosis, NotChecked } from '../model/diagnosis.ts';
import { renderChains } from './chain-text.ts';
import { renderFinding } from './finding-text.ts';
import { paragraph, verbatim } from './layout.ts';
import { commandFor, isReadOnly, type RepairsShown, repairOf } from './repairs.ts';
import { marks, paint, type Style } from './style.ts';
import { verdictPaint, verdictSentence } from './verdict-words.ts';

/** Everything about one diagnosis; ends with a line break. With `repairs`, each finding says what would mend it. */
export function renderDiagnosis(
  diagnosis: Diagnosis,
  targetArguments: string,
  style: Style,
  repairs?: RepairsShown,
): string {
  const { chains, findings, notChecked } = diagnosis;
  const sections = [
    heading(diagnosis, style),
    renderChains(chains, style),
    ...findings.map((finding, index) =>
      renderFinding(finding, index + 1, repairs && repairOf(finding, repairs), style),
    ),
    renderNotChecked(notChecked, style),
    next(diagnosis, targetArguments, style),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function heading(diagnosis: Diagnosis, style: Style): string {
  const { identity, collectedAt } = diagnosis.evidence;
  const as = verdictPaint(diagnosis);
  const sign = marks(style)[as === 'good' || as === 'unsure' ? as : 'bad'];
  const who = identity.known ? ` by ${identity.value.name}${identity.value.elevated ? '' : ', not elevated'}` : '';
  return [
    paragraph(style, [{ text: sign, as }, ' ', { text: verdictSentence(diagnosis), as }], { first: 0, rest: 2 }),
    paragraph(style, [{ text: `looked at ${collectedAt}${who}`, as: 'dim' }], { first: 2, rest: 4 }),
  ].join('\n');
}

/** What was not checked, said as such; '' where there is nothing. */
export function renderNotChecked(notChecked: readonly NotChecked[], style: Style): string {
  if (notChecked.length === 0) return '';
  const lines = notChecked.map(({ what, why }) =>
    paragraph(style, [{ text: marks(style).unsure, as: 'unsure' }, ` ${what}: ${why}`], { first: 2, rest: 4 }),
  );
  return [paint(style, 'strong', 'Not checked:'), ...lines].join('\n');
}

function next({ verdict }: Diagnosis, targetArguments: string, style: Style): string {
  if (verdict === 'healthy') return '';
  const [says, command] = verdict === 'faulty' ? repairWith(targetArguments) : AGAIN;
  return [
    paragraph(style, [{ text: 'Next:', as: 'strong' }, ` ${says}`], { first: 0, rest: 2 }),
    verbatim(verdict === 'faulty' ? commandFor(command, targetArguments) : command + suffix(targetArguments), 2),
  ].join('\n');
}

const suffix = (targetArguments: string): string => (targetArguments === '' ? '' : ` ${targetArguments}`);

const repairWith = (targetArguments: string): readonly [string, string] =>
  isReadOnly(targetArguments)
    ? ['this folder is only evidence. On the server itself, in an elevated prompt, run', 'iis-ssl-heal fix']
    : ['see each repair with its exact commands, and be asked before anything is changed:', 'iis-ssl-heal fix'];

const AGAIN = [
  'see to what is listed as not checked (most often: an elevated prompt), then look again:',
  'iis-ssl-heal check',
] as const;
