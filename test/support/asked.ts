// A playbook as a test asks it: by findings, which are values.

import { lookWith } from '../../src/diagnosis/look.ts';
import type { Finding } from '../../src/model/repair/finding.ts';
import type { Blocked, Choices, Plan } from '../../src/model/repair/plan.ts';
import { NO_CHOICES, planningHere } from '../../src/model/repair/planning.ts';
import type { Found, Playbook, WayOut } from '../../src/model/repair/playbook.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';

/** What the playbook finds, plans and offers in the session that collected the evidence. */
export function asked(playbook: Playbook) {
  const foundAs = ({ id }: Finding, evidence: Evidence): Found => {
    const found = lookWith(playbook, evidence).find(({ finding }) => finding.id === id);
    if (found === undefined) throw new Error(`${id} is not found`);
    return found;
  };
  return {
    ...playbook,
    detect: (evidence: Evidence): readonly Finding[] => lookWith(playbook, evidence).map(({ finding }) => finding),
    plan: (finding: Finding, evidence: Evidence, choices: Choices = NO_CHOICES): Plan | Blocked =>
      foundAs(finding, evidence).plan(planningHere(evidence, choices)),
    ways: (finding: Finding, evidence: Evidence): readonly WayOut[] =>
      foundAs(finding, evidence).ways(planningHere(evidence)),
  };
}
