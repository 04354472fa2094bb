// What stands above a question: so little that it and the answers are on one screen of 24 lines and 60 columns.

import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { type Finding, isDown } from '../../model/repair/finding.ts';
import type { Plan } from '../../model/repair/plan.ts';
import type { Repairs } from '../../model/run/run-report.ts';
import { headingOf } from '../words/heading.ts';
import { summaryPaint, summarySentence } from '../words/summary-sentence.ts';
import { stateOf, type ToDo, toDo } from '../words/to-do.ts';
import { paragraph } from './layout.ts';
import { marks, paint, type Style } from './style.ts';
import { repairWords } from './to-do-text.ts';

/** What a question is about: see About in repair/planning. */
interface Question {
  readonly finding: Finding;
  readonly plan?: Plan;
  readonly number: number;
  readonly of: number;
  readonly byAll?: boolean;
}

/** 24 lines, less the question, its five answers, and how to give one: what inquirer draws, and a line to spare. */
const ROOM = 14;

/** One repair as it is asked for; ends with a line break. */
export function renderQuestion(question: Question, diagnosis: Diagnosis, style: Style): string {
  const { plan, number, of, byAll } = question;
  const told = toldOf(question, diagnosis);
  const found = diagnosis.findings.find(({ id }) => id === told.id);
  const state = found === undefined ? told.subject : stateOf(found, diagnosis);
  const as = isDown(told) ? 'bad' : 'warn';
  const head = paragraph(
    style,
    [
      { text: `Repair ${number} of ${of}`, as: 'strong' },
      ' ',
      { text: `(${state}${isDown(told) ? ' now' : ''}):`, as },
      ` ${plan?.title ?? 'there is something to choose'}`,
    ],
    { first: 0, rest: 2 },
  );
  if (byAll) return `\n${head}\n  Yes, by your answer "all".\n`;
  const lines = [head, paragraph(style, [told.message], BELOW), ...(plan === undefined ? [] : planLines(plan, style))];
  const room = ROOM - lines.reduce((sum, text) => sum + rowsOf(text), 0);
  return `\n${[...lines, ...effectLines(plan?.effects ?? [], room, style)].join('\n')}\n`;
}

const BELOW = { first: 2, rest: 2 };

/** What is down of all that the plan mends; else its own finding. */
function toldOf({ finding, plan }: Question, { findings }: Diagnosis): Finding {
  if (isDown(finding)) return finding;
  return findings.find((each) => plan?.covers.includes(each.id) && isDown(each)) ?? finding;
}

function planLines({ risk, covers }: Plan, style: Style): readonly string[] {
  const more = covers.length > 1 ? `; it mends ${covers.length - 1} more of what was found` : '';
  return [paragraph(style, [`risk: ${risk}${more}`], BELOW)];
}

const rowsOf = (text: string): number => text.split('\n').length;

/** As many as there is room for; how many more there are is said. */
function effectLines(effects: readonly string[], room: number, style: Style): readonly string[] {
  const lines = effects.map((effect) => paragraph(style, [`- ${effect}`], { first: 2, rest: 4 }));
  const rows = lines.map(rowsOf);
  const fits = (count: number) =>
    rows.slice(0, count).reduce((sum, each) => sum + each, 0) + (count < lines.length ? 1 : 0) <= room;
  let count = lines.length;
  while (count > 0 && !fits(count)) count -= 1;
  if (count === lines.length) return lines;
  const left = lines.length - count;
  const more = `${count === 0 ? 'What to know' : `${left} more to know`}: "Show the commands" tells it.`;
  return [...lines.slice(0, count), paragraph(style, [{ text: `- ${more}`, as: 'warn' }], { first: 2, rest: 4 })];
}

/** What stands before the first question: what is down, which repairs there are, and what nobody mends from here. `open`: ids of findings with several ways out. */
export function renderSession(
  diagnosis: Diagnosis,
  repairs: Repairs,
  style: Style,
  open: ReadonlySet<string> = new Set(),
): string {
  const all = toDo(diagnosis, repairs);
  const as = summaryPaint(diagnosis);
  const sign = { text: marks(style)[as], as };
  const [first = { repair: undefined }] = all;
  const asked = all.some((each) => isAsked(each, open));
  const lines = [
    paragraph(style, [sign, ' ', { text: summarySentence(diagnosis), as }], { first: 0, rest: 2 }),
    paragraph(style, [{ text: headingOf(diagnosis), as: 'dim' }], { first: 2, rest: 4 }),
    ...(first.repair === undefined ? [] : ['']),
    ...all.slice(0, MOST_TOLD).map((each) => entry(each, isAsked(each, open), style)),
    ...(all.length > MOST_TOLD ? [`  ... and ${all.length - MOST_TOLD} more.`] : []),
    ...(diagnosis.notChecked.length === 0 ? [] : [NOT_ALL]),
    ...(asked ? ['', paint(style, 'strong', 'Nothing is changed before the last answer.')] : []),
  ];
  return `${lines.filter((line, index) => line !== '' || lines[index - 1] !== '').join('\n')}\n`;
}

/** A screen or two before the first question; each repair is told again where it is asked for. */
const MOST_TOLD = 20;

const NOT_ALL = '  Not all could be checked: iis-ssl-heal check says what not.';

const isAsked = ({ finding, repair }: ToDo, open: ReadonlySet<string>): boolean =>
  repair !== undefined && (!('blocked' in repair) || repair.choices !== undefined || open.has(finding.id));

/** A cause is told with its question; what is not asked for has none. */
function entry({ number, state, finding, repair }: ToDo, asked: boolean, style: Style): string {
  const as = isDown(finding) ? 'bad' : 'warn';
  const cause = asked ? '' : ` ${finding.message}`;
  return [
    paragraph(style, [{ text: `${number}. ${state}`, as }, ` (${finding.playbook}).${cause}`], { first: 2, rest: 5 }),
    ...(repair === undefined ? [] : [paragraph(style, [mending(repair, asked)], { first: 5, rest: 7 })]),
  ].join('\n');
}

const mending = (repair: NonNullable<ToDo['repair']>, asked: boolean): string =>
  'blocked' in repair && asked ? `you will be asked: ${repair.why}` : repairWords(repair);
