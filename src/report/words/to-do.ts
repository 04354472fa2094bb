// What to do, one entry a finding, what is down first.

import { listed } from '../../chain/words.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { type Finding, isDown } from '../../model/repair/finding.ts';
import type { Blocked, Plan } from '../../model/repair/plan.ts';
import type { Repairs } from '../../model/run/run-report.ts';
import { repairOf } from './repairs.ts';
import { sitesOf } from './summary.ts';

/** One thing to do. */
export interface ToDo {
  /** From 1. */
  readonly number: number;
  readonly finding: Finding;
  /** `Shop is down`, `Default Web Site is at risk at the next reboot`. */
  readonly state: string;
  /** What mends it, or why nothing does from here; undefined where nobody planned. */
  readonly repair: Plan | Blocked | undefined;
}

/** In the order of repair, but what is down comes first. */
export function toDo(diagnosis: Diagnosis, repairs?: Repairs): readonly ToDo[] {
  const { findings } = diagnosis;
  return [...findings.filter(isDown), ...findings.filter((finding) => !isDown(finding))].map((finding, index) => ({
    number: index + 1,
    finding,
    state: stateOf(finding, diagnosis),
    repair: repairs && repairOf(finding, repairs),
  }));
}

/** Which sites a finding strikes, and how they fare. */
export function stateOf(finding: Finding, diagnosis: Diagnosis): string {
  const sites = sitesOf(finding, diagnosis);
  const are = `${listed(sites, 3)} ${sites.length === 1 ? 'is' : 'are'}`;
  return isDown(finding) ? `${are} down` : `${are} at risk${finding.breaks === undefined ? '' : ` ${finding.breaks}`}`;
}
