// Plans as a file keeps them, and made again from the server as it is now. Who can write a plan file can write any command
// into it, with a checksum that fits: so nothing of the file is ever run, it only says which of our own plans was reviewed.

import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { findingDocument } from '../../model/repair/finding.ts';
import type { Plan } from '../../model/repair/plan.ts';
import { type Host, hostOf, NO_CHOICES, type Planning } from '../../model/repair/planning.ts';
import { checksum } from '../../own-files/checksum.ts';
import type { PlanFile, SavedPlan } from '../../own-files/plan-file.ts';
import { showAction } from '../../steps/shown-action.ts';
import { plansElsewhere } from './plan-elsewhere.ts';

/** What of the host was known to a plan: what was not is planned without it again, which is the careful way. */
export type KnownOfHost = Readonly<Record<keyof Host, boolean>>;

/** Which parts a host tells. */
export const knownOf = (host: Host): KnownOfHost => ({
  netshAdds: host.netshAdds !== undefined,
  netshUpdates: host.netshUpdates !== undefined,
  osBuild: host.osBuild !== undefined,
});

/** A plan for a file: its finding, what is compared, and the lines that a person reviews. */
export const savedPlan = (plan: Plan, systemRoot: string): SavedPlan => ({
  finding: findingDocument(plan.finding),
  title: plan.title,
  risk: plan.risk,
  ...(plan.through && { through: plan.through }),
  covers: plan.covers,
  effects: plan.effects,
  before: plan.before,
  digest: digestOf(plan),
  steps: plan.steps.map(({ title, do: action, undo }) => ({
    title,
    shown: showAction(action, systemRoot),
    undo: undo === 'none' ? '' : 'impossible' in undo ? undo.impossible : showAction(undo.do, systemRoot),
  })),
});

/** How the plans of a file were planned. */
type AsPlanned = Pick<PlanFile, 'correct' | 'through'> & { readonly host: KnownOfHost };

/** For each saved plan the one that is made of this diagnosis now, in the same order; undefined: it is not the same. */
export function madeAgain(
  saved: readonly SavedPlan[],
  diagnosis: Diagnosis,
  how: AsPlanned,
): readonly (Plan | undefined)[] {
  const { plans } = plansElsewhere(diagnosis, planningAgain(diagnosis, how));
  const made = new Map(plans.map((plan) => [plan.finding.id, plan]));
  return saved.map(({ finding, digest }) => {
    const plan = made.get(finding.id);
    return plan !== undefined && digestOf(plan) === digest ? plan : undefined;
  });
}

function planningAgain({ evidence }: Diagnosis, { correct, through, host }: AsPlanned): Omit<Planning, 'session'> {
  const now = hostOf(evidence);
  return {
    host: {
      netshAdds: host.netshAdds ? now.netshAdds : undefined,
      netshUpdates: host.netshUpdates ? now.netshUpdates : undefined,
      osBuild: host.osBuild ? now.osBuild : undefined,
    },
    choices: { ...NO_CHOICES, correct, ...(through && { through }) },
  };
}

/** Of all but the words, which name where something was read: a server, or a folder of its evidence. */
const digestOf = ({ finding, effects: _, ...plan }: Plan): string => checksum({ ...plan, finding: finding.id });
