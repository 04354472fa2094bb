// Which repairs an unattended run may make now, and what holds the others back. Pure.

import { type Plan, type Risk, touchedBy } from '../../model/repair/plan.ts';
import type { Failure, Ledger } from '../../model/run/ledger.ts';
import type { Policy } from '../../model/run/policy.ts';
import type { Held } from '../../model/run/unattended.ts';
import type { Pause } from '../../own-files/pause-file.ts';
import { subjectsOf } from './ledger.ts';
import { mayRepairAt } from './windows.ts';

/** What a run has been told and finds. */
export interface Circumstances {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly now: Date;
  /** Undefined where nothing is paused. */
  readonly pause: Pause | undefined;
  /** The risk that --yes covers. */
  readonly maxRisk: Risk;
  /** Endpoints (see endpointKey) that there was no time to greet: nobody has seen how their visitors fare. */
  readonly unreached: ReadonlySet<string>;
}

/** The repairs to make and those to leave. */
export interface Selection {
  readonly allowed: readonly Plan[];
  readonly held: readonly Held[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Judges the plans in their order; a plan whose forerunner is held back is held back with it. */
export function selectAllowed(plans: readonly Plan[], given: Circumstances): Selection {
  const allowed: Plan[] = [];
  const held: Held[] = [];
  for (const plan of plans) {
    const waits = plan.after.some((id) => !allowed.some((other) => other.covers.includes(id)));
    const hold = hindrance(plan, given) ?? (waits ? ({ reason: 'waits' } as const) : undefined);
    if (hold === undefined) allowed.push(plan);
    else held.push({ plan, ...hold });
  }
  return { allowed, held };
}

function hindrance(plan: Plan, given: Circumstances): Omit<Held, 'plan'> | undefined {
  const { policy, ledger, now, pause, maxRisk, unreached } = given;
  const isSwitchedOn = policy.on.includes(plan.finding.playbook);
  if (plan.onlyIfSwitchedOn && !isSwitchedOn) return { reason: 'not-switched-on' };
  const isCovered = plan.risk === 'safe' || maxRisk === 'disruptive' || plan.onlyIfSwitchedOn;
  if (plan.risk === 'manual' || !isCovered) return { reason: 'risk' };
  if (pause !== undefined) return { reason: 'pause-file', ...pause };
  if (policy.off.includes(plan.finding.playbook)) return { reason: 'playbook-off' };
  if (!mayRepairAt(policy.maintenanceWindows, now)) return { reason: 'window' };
  if (touchedBy(plan).some((key) => unreached.has(key))) return { reason: 'not-greeted' };
  return afterFailures(plan, policy, ledger, now) ?? usedUp(plan, policy, ledger);
}

/** Held back only where every finding that it covers has failed before: a new one is worth a try. */
function afterFailures(plan: Plan, policy: Policy, ledger: Ledger, now: Date): Omit<Held, 'plan'> | undefined {
  const failures = plan.covers.map((id) => ledger.failures.find(({ finding }) => finding === id));
  const known = failures.filter((failure) => failure !== undefined);
  if (known.length < failures.length || known.length === 0) return undefined;
  if (known.every(({ count }) => count >= policy.giveUpAfterFailures)) return { reason: 'given-up' };
  const until = Math.min(...known.map((failure) => Date.parse(failure.at) + pauseAfter(failure, policy)));
  return now.getTime() < until ? { reason: 'pause', until: new Date(until).toISOString() } : undefined;
}

/** Milliseconds: doubled with every failure, up to the longest. */
function pauseAfter({ count }: Failure, policy: Policy): number {
  const minutes = policy.pauseAfterFailureMinutes * 2 ** (count - 1);
  return Math.min(minutes, policy.longestPauseMinutes) * MINUTE_MS;
}

/** Held back only where every endpoint of it has had its repairs of the day. */
function usedUp(plan: Plan, policy: Policy, ledger: Ledger): Omit<Held, 'plan'> | undefined {
  const times = subjectsOf(plan).map((subject) =>
    ledger.attempts.filter(({ subjects }) => subjects.includes(subject)).map(({ at }) => Date.parse(at)),
  );
  if (times.some((each) => each.length < policy.repairsPerEndpointPerDay)) return undefined;
  const free = times.map((each) => (each.sort((a, b) => a - b).at(-policy.repairsPerEndpointPerDay) ?? 0) + DAY_MS);
  return { reason: 'per-day', until: new Date(Math.min(...free)).toISOString() };
}
