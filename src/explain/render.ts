// An explanation as plain lines.

import { KEY_CODES, type Playbook } from '../model/repair/playbook.ts';
import type { Advice } from './entry.ts';
import type { CodeExplanation, EventExplanation, Explanation, WordExplanation } from './explain-code.ts';

/** What `explain` asks of a playbook. */
type Shown = Pick<Playbook, 'id' | 'shownBy'>;

/** Plain text, lines ended by LF, paragraphs not wrapped; names those of the playbooks whose fault shows itself so. */
export function renderExplanation(explanation: Explanation, playbooks: readonly Shown[]): string {
  return linesOf(explanation, playbooks)
    .map((line) => `${line}\n`)
    .join('');
}

/** A fault in its playbook's own words, in the same form. */
export function renderFault(playbook: Playbook): string {
  const { id, title, symptom, cause, remedy, mayGoWrong, takenBack, sources } = playbook;
  const lines = [
    field('fault', `${id}: ${title}`),
    field('symptom', `${symptom}.`),
    field('cause', cause),
    field('repair', `\`fix\` ${remedy}.`),
    field(
      'to do',
      `Run \`iis-ssl-heal check --only ${id}\`: it names what is concerned. \`iis-ssl-heal fix --only ${id}\` shows each repair and asks, or says who can do what.`,
    ),
    field('mind', mayGoWrong),
    field('undone', takenBack),
    field('source', `${sources.join('; ')}.`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function linesOf(explanation: Explanation, playbooks: readonly Shown[]): readonly string[] {
  switch (explanation.kind) {
    case 'code':
      return codeLines(explanation, playbooks);
    case 'event':
      return eventLines(explanation, playbooks);
    case 'word':
      return wordLines(explanation, playbooks);
  }
}

function codeLines(explanation: CodeExplanation, playbooks: readonly Shown[]): readonly string[] {
  const { form, value, severity, facility, code, entry } = explanation;
  const isWin32 = form === 'HRESULT' && facility.number === 7;
  const names = entry?.also === undefined ? entry?.name : `${entry.name}, ${entry.also}`;
  return [
    field('result', `${hex(value, 8)} (${value | 0})`),
    field('name', names === undefined ? 'not known to this program' : `${names}, an ${form}`),
    ...(entry === undefined ? [] : [field('defined in', entry.header)]),
    field('severity', `${severity.number} (${severity.name})`),
    field('facility', `${facility.number} (${facility.name ?? 'not known to this program'})`),
    field('code', `${code} (${hex(code, 4)})${isWin32 ? ', the Win32 error' : ''}`),
    ...(entry === undefined
      ? []
      : [field('message', entry.message), '', ...adviceLines(entry, [entry.name], playbooks)]),
  ];
}

function eventLines({ entry }: EventExplanation, playbooks: readonly Shown[]): readonly string[] {
  return [
    field('event', String(entry.id)),
    field('provider', entry.provider),
    field('log', entry.log),
    field('message', entry.message),
    '',
    ...adviceLines(entry, [String(entry.id)], playbooks),
  ];
}

const wordLines = ({ entry }: WordExplanation, playbooks: readonly Shown[]): readonly string[] => [
  field('word', entry.names.join(', ')),
  field('message', entry.message),
  '',
  ...adviceLines(entry, entry.names, playbooks),
];

function adviceLines(
  { onIis, todo, ofKey }: Advice,
  names: readonly string[],
  playbooks: readonly Shown[],
): readonly string[] {
  const met = playbooks.filter(
    ({ shownBy }) => shownBy.some((sign) => names.includes(sign)) || (ofKey && shownBy.includes(KEY_CODES)),
  );
  const ids = met.length === 0 ? 'none' : met.map(({ id }) => id).join(', ');
  return [field('on IIS', onIis), field('playbooks', ids), field('to do', todo)];
}

const field = (name: string, value: string): string => `${`${name}:`.padEnd(12)}${value}`;
const hex = (value: number, digits: number): string => `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;
