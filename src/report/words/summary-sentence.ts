// The first line of every report, and its colour. Never "healthy" where something that decides was not read.

import { listed } from '../../chain/words.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { isDown } from '../../model/repair/finding.ts';
import { type Summary, summaryOf } from './summary.ts';

/** `Down: Shop. At risk at the next reboot: Default Web Site. Healthy: 10 of 12. Not checked: CDN.` */
export function summarySentence(diagnosis: Diagnosis): string {
  const { findings, verdict } = diagnosis;
  const summary = summaryOf(diagnosis);
  if (verdict === 'healthy' && summary.down.length === 0) return healthy(diagnosis, summary);
  if (verdict === 'unknown' && summary.healthy === 0) return NOT_JUDGED;
  return [
    ...clause('Down', summary.down),
    ...summary.atRisk.flatMap(({ when, sites }) => clause(`At risk ${when}`.trim(), sites)),
    ...(findings.length === 0 && verdict === 'faulty' ? ['None of the faults looked for was found.'] : []),
    ...(summary.healthy === 0 ? [] : [`Healthy: ${healthyCount(summary)}.`]),
    ...clause('Not checked', summary.notChecked),
    ...(verdict === 'unknown' && summary.notChecked.length === 0 ? ['Not all that decides could be read.'] : []),
  ].join(' ');
}

/** The colour of the verdict. */
export function summaryPaint(diagnosis: Diagnosis): 'good' | 'bad' | 'warn' | 'unsure' {
  if (summaryOf(diagnosis).down.length > 0 || diagnosis.findings.some(isDown)) return 'bad';
  if (diagnosis.verdict === 'unknown') return 'unsure';
  return diagnosis.verdict === 'healthy' ? 'good' : 'warn';
}

const NOT_JUDGED = 'Cannot be judged: not everything that decides could be read.';

const MOST_NAMED = 8;

const clause = (what: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [`${what}: ${listed(names, MOST_NAMED)}.`];

const healthyCount = ({ healthy, of }: Summary): string =>
  `${healthy} of ${of} https ${of === 1 ? 'binding' : 'bindings'}`;

function healthy({ chains }: Diagnosis, summary: Summary): string {
  if (chains.length === 0) return 'Nothing is wrong: no site has an https binding.';
  if (summary.of > 0) return `Healthy: ${healthyCount(summary)}.`;
  return chains.some(({ site }) => site.stopped)
    ? 'Nothing is wrong: every site here that has an https binding is stopped on purpose.'
    : 'Nothing is wrong: no https binding of a site is on this server.';
}
