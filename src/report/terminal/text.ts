// A diagnosis for the terminal: verdict, chains, findings, what was not checked, what to do next.

import type { Diagnosis, NotChecked } from '../../model/repair/diagnosis.ts';
import type { Repairs } from '../../model/run/run-report.ts';
import type { Known } from '../../model/server/known.ts';
import { glossaryOf } from '../words/glossary.ts';
import { headingOf } from '../words/heading.ts';
import { commandFor, isReadOnly } from '../words/repairs.ts';
import { summaryPaint, summarySentence } from '../words/summary-sentence.ts';
import { toDo } from '../words/to-do.ts';
import { renderChains } from './chain-text.ts';
import { MOST, paragraph, restLine, verbatim } from './layout.ts';
import { renderRecords } from './records-text.ts';
import { marks, paint, type Style } from './style.ts';
import { renderToDo } from './to-do-text.ts';

/** Everything about one diagnosis; ends with a line break. With `repairs`, each finding says what would mend it. `isFix`: a fix says itself what is next. */
export function renderDiagnosis(
  diagnosis: Diagnosis,
  targetArguments: string,
  style: Style,
  repairs?: Repairs,
  isFix = false,
): string {
  const { chains, notes, notChecked, evidence } = diagnosis;
  const sections = [
    heading(diagnosis, style),
    renderToDo(toDo(diagnosis, repairs), evidence.places.systemRoot, style),
    renderChains(chains, evidence.collectedAt, style),
    renderRecords(diagnosis, style),
    renderNotes(notes, style),
    renderNotChecked(notChecked, style),
  ];
  const further = isFix ? '' : next(diagnosis, targetArguments, style, repairs);
  const last = [renderGlossary(sections.join('\n\n'), style), further];
  return `${[...sections, ...last].filter((section) => section !== '').join('\n\n')}\n`;
}

/** What stands where in one line, and which server was looked at when. */
function heading(diagnosis: Diagnosis, style: Style): string {
  const as = summaryPaint(diagnosis);
  const sign = marks(style)[as];
  return [
    paragraph(style, [{ text: sign, as }, ' ', { text: summarySentence(diagnosis), as }], { first: 0, rest: 2 }),
    paragraph(style, [{ text: headingOf(diagnosis), as: 'dim' }], { first: 2, rest: 4 }),
  ].join('\n');
}

function renderNotes(notes: Diagnosis['notes'], style: Style): string {
  if (notes.length === 0) return '';
  const lines = notes
    .slice(0, MOST)
    .map(({ message }) => paragraph(style, [`${marks(style).note} ${message}`], { first: 2, rest: 4 }));
  const more = restLine(notes.length, 'notes', style);
  return [paint(style, 'strong', 'Worth knowing, and no fault:'), ...lines, ...(more === '' ? [] : [more])].join('\n');
}

/** What was not checked, said as such; '' where there is nothing. */
export function renderNotChecked(notChecked: readonly NotChecked[], style: Style): string {
  if (notChecked.length === 0) return '';
  const lines = notChecked
    .slice(0, MOST)
    .map(({ what, why }) =>
      paragraph(style, [{ text: marks(style).unsure, as: 'unsure' }, ` ${what}: ${why}`], { first: 2, rest: 4 }),
    );
  const more = restLine(notChecked.length, 'things', style);
  return [paint(style, 'strong', 'Not checked:'), ...lines, ...(more === '' ? [] : [more])].join('\n');
}

/** The terms that the text has and that not everybody knows; '' where there is none. */
function renderGlossary(text: string, style: Style): string {
  const terms = glossaryOf(text);
  if (terms.length === 0) return '';
  const lines = terms.map(({ term, line }) =>
    paragraph(style, [`${term}: `, { text: `${line}.`, as: 'dim' }], { first: 2, rest: 4 }),
  );
  return [paint(style, 'strong', 'What these words mean:'), ...lines].join('\n');
}

function next(diagnosis: Diagnosis, targetArguments: string, style: Style, repairs: Repairs | undefined): string {
  if (diagnosis.verdict === 'healthy') return '';
  const [message, command] = nextStep(diagnosis, targetArguments, repairs);
  return [
    paragraph(style, [{ text: 'Next:', as: 'strong' }, ` ${message}`], { first: 0, rest: 2 }),
    paint(style, 'strong', verbatim(command, 2)),
  ].join('\n');
}

/** What to do, and the command for it. */
function nextStep(
  { verdict, evidence: { osBuild } }: Diagnosis,
  targetArguments: string,
  repairs: Repairs | undefined,
): readonly [string, string] {
  if (verdict === 'unknown') {
    const message = 'see to what is listed as not checked (most often: an elevated prompt), then look again:';
    return [message, targetArguments === '' ? 'iis-ssl-heal check' : `iis-ssl-heal check ${targetArguments}`];
  }
  if (isReadOnly(targetArguments)) {
    return fromFolder(osBuild, targetArguments);
  }
  const elsewhere = repairs?.plans.length === 0 ? repairs.blocked.find((each) => each.blocked.command) : undefined;
  if (elsewhere?.blocked.command !== undefined) {
    const who = elsewhere.blocked.who ?? 'somebody else';
    return [
      `nothing can be repaired from here. Needed: ${who}, to run`,
      commandFor(elsewhere.blocked.command, targetArguments),
    ];
  }
  if (repairs?.plans.length === 0 && !repairs.blocked.some(({ blocked }) => blocked.offer ?? blocked.choices))
    return [
      'nothing of this is repaired from here. When it is mended, look again:',
      commandFor('iis-ssl-heal check', targetArguments),
    ];
  const message = 'see each repair with its exact commands, and be asked before anything is changed:';
  return [message, commandFor('iis-ssl-heal fix', targetArguments)];
}

/** Windows Server 2016: the oldest that this program's Node starts on. */
const RUNS_FROM = 14393;

function fromFolder(osBuild: Known<number>, targetArguments: string): readonly [string, string] {
  if (osBuild.known && osBuild.value >= RUNS_FROM)
    return ['this is only evidence. On the server itself, in an elevated prompt, run', 'iis-ssl-heal fix'];
  const which = osBuild.known
    ? 'this program does not run on that Windows'
    : 'nobody knows which Windows that server is';
  return [
    `${which}: make a script here, read it, and run it there in an elevated prompt:`,
    `iis-ssl-heal plan ${targetArguments} --script repair.cmd`,
  ];
}
