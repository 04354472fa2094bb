// The end of an unattended run in a person's words: the same for our log, the event log and the console. Plain text, and
// the same for the same end: an entry of the event log is made for what is new.

import { cutInWords, greetingsCut } from '../../chain/unreached.ts';
import { UNATTENDED_OUTCOMES } from '../../model/run/run-outcome.ts';
import type { BlockedFinding, RunReport } from '../../model/run/run-report.ts';
import type { HoldReason, UnattendedEnd } from '../../model/run/unattended.ts';
import { commandFor } from '../words/repairs.ts';
import { printable } from './layout.ts';

/** What is told of an end. */
export type ToldEnd = Omit<UnattendedEnd, 'by' | 'run'>;

const HOLDS: Readonly<Record<HoldReason, string>> = {
  risk: 'its risk is more than --yes covers',
  'not-switched-on': 'what still works is changed unattended only where config.json says true for its playbook',
  'pause-file': 'the pause file is there',
  'playbook-off': 'config.json switches its playbook off',
  window: 'no maintenance window is open',
  'given-up': 'it has failed too often',
  pause: 'it waits after a failure',
  'per-day': 'its endpoint has had its repairs of the day',
  'not-greeted': 'there was no time to greet its visitors',
  waits: 'another repair has to come first',
};

/** One line of whole sentences. */
export function describeEnd(end: ToldEnd, targetArguments: string): string {
  const { outcome, proved, report, held, blocked, detail, diagnosis } = end;
  const cut = greetingsCut(diagnosis.evidence);
  const parts = [
    UNATTENDED_OUTCOMES[outcome].sentence,
    ...(detail === undefined ? [] : [`${detail}.`]),
    ...(proved === undefined ? [] : [`Run ${proved.runId}: ${proved.findings.join(', ')}.`]),
    ...(outcome === 'healed' && diagnosis.findings.length > 0 ? ['Something else is broken.'] : []),
    ...triedIn(report),
    ...held.map(({ plan, reason, until }) => {
      const when = until === undefined ? '' : ` until ${until.slice(0, 16)}Z`;
      return `${plan.finding.message} Held back${when}: ${HOLDS[reason]}.`;
    }),
    ...blocked.map((each) => blockedIn(each, targetArguments)),
    ...(outcome === 'not-checked' || cut === undefined ? [] : [`${cutInWords(cut)}.`]),
    ...(outcome === 'not-checked' ? diagnosis.notChecked.slice(0, 5).map(({ what, why }) => `${what}: ${why}.`) : []),
  ];
  return printable(parts.join(' '));
}

const triedIn = (report: RunReport | undefined): readonly string[] =>
  (report?.plans ?? [])
    .filter(({ verdict }) => verdict !== 'nothing-done')
    .map(({ plan, verdict, detail }) => {
      const why = detail === undefined ? '' : ` (${detail})`;
      return `${plan.finding.message} ${plan.title}: ${verdict}${why}.`;
    });

function blockedIn({ finding, blocked }: BlockedFinding, targetArguments: string): string {
  const { why, who, command, offer } = blocked;
  const there = command === undefined ? '' : `, run there: ${commandFor(command, targetArguments)}`;
  const takes = who === undefined ? '' : ` Needed: ${who}${there}.`;
  const or = offer === undefined ? '' : ` Or register ${offer.says}: ${commandFor(offer.command, targetArguments)}.`;
  return `${finding.message} Not repaired: ${why}.${takes}${or}`;
}
