// What the acceptance run leaves to read: a document for programs, a page for people.

import type { Outcome } from './accept.ts';

/** The document, windows-acceptance.json. */
export interface Report {
  readonly formatVersion: 1;
  /** What `--version` printed. */
  readonly program: string;
  /** What Windows says of itself. */
  readonly windows: Readonly<Record<string, string>>;
  readonly finished: string;
  readonly outcomes: readonly Outcome[];
  /** Parts of the server that are not as they were before the run. IIS may write its configuration in another order. */
  readonly leftBehind: readonly string[];
}

/** Whether the run says that all is well: nothing failed, and something was tried. */
export const isPassed = ({ outcomes }: Pick<Report, 'outcomes'>): boolean =>
  outcomes.some(({ verdict }) => verdict === 'passed') && outcomes.every(({ verdict }) => verdict !== 'failed');

/** A line for each fault, then how many of each verdict. */
export function reportText({ program, windows, finished, outcomes, leftBehind }: Report): string {
  const width = Math.max(0, ...outcomes.map(({ fault }) => fault.length));
  const count = (verdict: Outcome['verdict']) => outcomes.filter((each) => each.verdict === verdict).length;
  return [
    `${program} on ${Object.values(windows).join(', ')}; ${finished}`,
    '',
    ...outcomes.flatMap((outcome) => linesOf(outcome, width)),
    '',
    ...(leftBehind.length === 0 ? [] : [`not as before the run: ${leftBehind.join(', ')}`]),
    `${count('passed')} passed, ${count('failed')} failed, ${count('not made')} not made`,
    '',
  ].join('\n');
}

function linesOf({ fault, made, verdict, steps }: Outcome, width: number): readonly string[] {
  const start = `${fault.padEnd(width)}  ${verdict === 'failed' ? 'FAILED' : verdict}`;
  const bad = steps.filter(({ ok }) => !ok).map(({ step, seen }) => `${step}: ${firstLines(seen)}`);
  if (verdict === 'not made') return [`${start}: ${bad.join('; ')}`];
  const way = steps.filter(({ ok }) => ok).map(({ step }) => step);
  return [`${start}: ${made}`, `    ${way.join(', ')}`, ...bad.map((line) => `    NOT ${line}`)];
}

/** The whole of it is in the document. */
const firstLines = (text: string): string => text.slice(0, 500).trimEnd().replaceAll('\n', '\n      ');
