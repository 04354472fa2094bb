// An explanation as plain lines.

import type { Advice } from './entry.ts';
import type { CodeExplanation, EventExplanation, Explanation } from './explain-code.ts';

/** Plain text, lines ended by LF, paragraphs not wrapped. */
export function renderExplanation(explanation: Explanation): string {
  const lines = explanation.kind === 'code' ? codeLines(explanation) : eventLines(explanation);
  return lines.map((line) => `${line}\n`).join('');
}

function codeLines({ form, value, severity, facility, code, entry }: CodeExplanation): readonly string[] {
  const isWin32 = form === 'HRESULT' && facility.number === 7;
  const names = entry?.also === undefined ? entry?.name : `${entry.name}, ${entry.also}`;
  return [
    field('result', `${hex(value, 8)} (${value | 0})`),
    field('name', names === undefined ? 'not known to this program' : `${names}, an ${form}`),
    ...(entry === undefined ? [] : [field('defined in', entry.header)]),
    field('severity', `${severity.number} (${severity.name})`),
    field('facility', `${facility.number} (${facility.name ?? 'not known to this program'})`),
    field('code', `${code} (${hex(code, 4)})${isWin32 ? ', the Win32 error' : ''}`),
    ...(entry === undefined ? [] : [field('message', entry.message), '', ...adviceLines(entry)]),
  ];
}

function eventLines({ entry }: EventExplanation): readonly string[] {
  return [
    field('event', String(entry.id)),
    field('provider', entry.provider),
    field('log', entry.log),
    field('message', entry.message),
    '',
    ...adviceLines(entry),
  ];
}

function adviceLines({ onIis, playbooks, todo }: Advice): readonly string[] {
  const met = playbooks.length === 0 ? 'none' : playbooks.join(', ');
  return [field('on IIS', onIis), field('playbooks', met), field('to do', todo)];
}

const field = (name: string, value: string): string => `${`${name}:`.padEnd(12)}${value}`;
const hex = (value: number, digits: number): string => `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;
