// --line: one line of ASCII. Its first word, up to the colon or the end, is the verdict, which engines compare.

import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { type Finding, isDown } from '../../model/repair/finding.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import type { RunReport } from '../../model/run/run-report.ts';
import { codeOf } from '../words/finding-code.ts';
import { summaryOf } from '../words/summary.ts';

/** With its line break. What is longer is cut off by Intune (2,048) and by others. */
const LONGEST = 2000;
const LONGEST_PART = 240;

/** The verdict and its parts, as many as have room. */
export function oneLine(verdict: string, parts: readonly string[]): string {
  let text = verdict;
  for (const [index, part] of parts.entries()) {
    const more = `${index === 0 ? ': ' : '; '}${cut(part)}`;
    const rest = `; and ${parts.length - index} more`;
    const room = LONGEST - 1 - text.length - (index === parts.length - 1 ? 0 : rest.length);
    if (more.length > room) return `${text}${rest}\n`;
    text += more;
  }
  return `${text}\n`;
}

/** Of a check. An earlier run that was cut off makes it faulty too, as its exit code says. */
export function checkLine(diagnosis: Diagnosis, outcome: RunOutcome): string {
  const { findings, verdict, notChecked } = diagnosis;
  const summary = summaryOf(diagnosis);
  // `;` begins our next part, and would be shown as an escape.
  const unread = notChecked.map(({ what, why }) => `not checked: ${what} (${why.replaceAll('; ', ', ')})`);
  const unseen = summary.notChecked.length === 0 ? [] : [`not seen: ${summary.notChecked.join(', ')}`];
  if (outcome === 'nothing-to-do') return oneLine('healthy', [`${summary.healthy} of ${bindings(summary.of)}`]);
  if (outcome === 'unknown') return oneLine('unknown', [...unseen, ...unread]);
  const broken = findings.filter(({ severity }) => severity === 'broken').length;
  const warnings = findings.length - broken;
  return oneLine('faulty', [
    `${broken} broken, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
    ...(verdict === 'faulty' ? [] : ['an earlier run was cut off or left half done']),
    ...[...findings.filter(isDown), ...findings.filter((finding) => !isDown(finding))].map(named(diagnosis)),
    ...unseen,
    ...unread,
  ]);
}

const bindings = (count: number): string => `${count} https ${count === 1 ? 'binding' : 'bindings'}`;

const named = (diagnosis: Diagnosis) => (finding: Finding) => `${finding.subject} ${codeOf(finding, diagnosis)}`;

/** Of a fix: its run, what was healed in it, and what was not, with the reason. */
export function fixLine({ outcome, runId, plans, blocked, after }: RunReport): string {
  const healed = plans.filter(({ verdict }) => verdict === 'healed').flatMap(({ plan }) => plan.covers);
  const others = plans
    .filter(({ verdict }) => verdict !== 'healed')
    .map(({ plan, verdict, detail }) => {
      const ids = plan.covers.join(' ');
      if (verdict === 'nothing-done') return outcome === 'planned' ? ids : `not done: ${ids}`;
      return `${verdict}: ${ids}${detail === undefined ? '' : ` (${detail})`}`;
    });
  const told = new Set([...plans.flatMap(({ plan }) => plan.covers), ...blocked.map(({ finding }) => finding.id)]);
  const left = (after?.findings ?? []).filter(({ id }) => !told.has(id)).map(({ id }) => `left: ${id}`);
  const first = [...(runId === undefined ? [] : [runId]), ...healed].join(' ');
  return oneLine(outcome, [
    ...(first === '' ? [] : [first]),
    ...others,
    ...blocked.map(({ finding, blocked: { why } }) => `blocked: ${finding.id} (${why})`),
    ...left,
  ]);
}

/** Escaped, and cut where it is long: never within an escape. */
function cut(text: string): string {
  let shown = '';
  for (const sign of text
    .slice(0, LONGEST_PART + 1)
    .split('')
    .map(ascii)) {
    if (shown.length + sign.length > LONGEST_PART) return `${shown}...`;
    shown += sign;
  }
  return shown;
}

/** A backslash is doubled, so that no name can look like an escape. `|` begins the performance data of Nagios, `;` our next part. */
function ascii(unit: string): string {
  if (unit === '\\') return '\\\\';
  if (/[ -:<-{}~]/.test(unit)) return unit;
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
