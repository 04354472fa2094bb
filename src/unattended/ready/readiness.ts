// What this server could not heal with nobody there, and why. Pure: from what was found, and what stands around the runs.

import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import { hostOf, NO_CHOICES, type Planning } from '../../model/repair/planning.ts';
import type { NotReady, NotReadyCode, Readiness } from '../../model/run/readiness.ts';
import type { BlockedFinding } from '../../model/run/run-report.ts';
import type { Held, HoldReason } from '../../model/run/unattended.ts';
import { SYSTEM_SID } from '../../model/server/evidence.ts';
import { known } from '../../model/server/known.ts';
import { makePlans } from '../../repair/planning/make-plans.ts';
import { selectAllowed } from '../rules/limits.ts';
import type { OwnState } from './own-state.ts';
import { notKept } from './records-kept.ts';

/** Why nothing of the runs themselves could be looked at: the target is a folder, or the caller may not look. */
export interface OutOfSight {
  readonly why: string;
}

/** The repairs are planned as SYSTEM would make them, whoever looks. `only`: the playbooks that looked, where not all did. */
export function readinessOf(diagnosis: Diagnosis, own: OwnState | OutOfSight, only: readonly string[] = []): Readiness {
  const how: Planning = {
    session: known({ sid: SYSTEM_SID, name: 'SYSTEM', elevated: true }, { kind: 'command', shown: 'schtasks' }),
    host: hostOf(diagnosis.evidence),
    choices: NO_CHOICES,
  };
  const reasons = [
    ...('why' in own ? [reason('not-known', `the scheduled task and its settings: ${own.why}`)] : ownReasons(own)),
    ...repairReasons(diagnosis, own, how),
    ...notKept(diagnosis, how),
    ...unseen(diagnosis),
    ...(only.length === 0 ? [] : [reason('not-known', `what else is wrong: only ${only.join(', ')} looked`)]),
  ];
  const not = reasons.filter(({ code }) => code !== 'not-known');
  const unknown = reasons.filter(({ code }) => code === 'not-known');
  const nothing = unknown.length > 0 ? null : true;
  return { ready: not.length > 0 ? false : nothing, reasons: [...not, ...unknown] };
}

const reason = (code: NotReadyCode, why: string, of: Partial<NotReady> = {}): NotReady => ({ code, why, ...of });

function ownReasons({ task, untrusted, policy, ledger, paused, damaged, program }: OwnState): readonly NotReady[] {
  const unread = [policy, ledger].flatMap((each) => (each.ok ? [] : [reason('settings-broken', each.error)]));
  const given = (code: NotReadyCode, why: string | undefined | null) => (why ? [reason(code, why)] : []);
  return [
    ...taskReasons(task),
    ...(untrusted === undefined ? unread : [reason('folder-not-trusted', untrusted)]),
    ...given('folder-not-trusted', program),
    ...(program === null
      ? [reason('not-known', 'whether the folder of the program is safe: it lies on another computer than this server')]
      : []),
    ...given('journal-damaged', damaged),
    ...given('paused', paused),
  ];
}

function taskReasons({ name, state, faults }: OwnState['task']): readonly NotReady[] {
  if (state === 'right') return [];
  if (state === 'missing') return [reason('task-missing', `the task ${name} is not registered`)];
  const code = state === 'wrong' ? 'task-wrong' : 'not-known';
  return [reason(code, `the task ${name}: ${faults.join('; ')}`)];
}

/**
 * Of what is held back: those that no time ends. A window opens, a pause after a failure is over, a forerunner has its own
 * reason; whom this look had no time to greet another one may.
 */
const HELD: Partial<Readonly<Record<HoldReason, readonly [NotReadyCode, string]>>> = {
  risk: ['risk-not-covered', 'its repair is of more risk than the task may take'],
  'not-switched-on': ['not-switched-on', 'it still works, and config.json does not say true for its playbook'],
  'given-up': ['given-up', 'it was given up after failed repairs (iis-ssl-heal schedule reset)'],
};

/** What is wrong now and would stay so, and what would stay so if it came. */
function repairReasons(diagnosis: Diagnosis, own: OwnState | OutOfSight, how: Planning): readonly NotReady[] {
  const { plans, blocked } = makePlans(diagnosis.found, how);
  const owned = new Set(diagnosis.found.filter(({ owner }) => owner !== undefined).map(({ finding }) => finding.id));
  const here = blocked.map((each) => blockedReason(each, owned));
  if ('why' in own || !own.policy.ok || !own.ledger.ok) return here;
  const { policy, ledger, maxRisk, now } = own;
  const limits = { ...policy.value, off: [], maintenanceWindows: [] };
  const given = { ledger: ledger.value, now, pause: undefined, maxRisk, unreached: new Set<string>() };
  const { held } = selectAllowed(plans, { policy: limits, ...given });
  return [...here, ...held.flatMap(heldReason), ...policy.value.off.flatMap((id) => offReason(id, diagnosis))];
}

function blockedReason({ finding, blocked }: BlockedFinding, owned: ReadonlySet<string>): NotReady {
  const code = blocked.refused ? 'refused' : owned.has(finding.id) ? 'owner-needed' : 'person-needed';
  return reason(code, `${finding.id}: ${blocked.why}`, { playbook: finding.playbook, finding: finding.id });
}

function heldReason({ plan: { finding }, reason: why }: Held): readonly NotReady[] {
  const [code, words] = HELD[why] ?? [];
  if (code === undefined) return [];
  return [reason(code, `${finding.id}: ${words}`, { playbook: finding.playbook, finding: finding.id })];
}

function offReason(playbook: string, { findings }: Diagnosis): readonly NotReady[] {
  const why = `config.json switches ${playbook} off`;
  const found = findings.filter((finding) => finding.playbook === playbook);
  if (found.length === 0) return [reason('playbook-off', why, { playbook })];
  return found.map(({ id }) => reason('playbook-off', `${id}: ${why}`, { playbook, finding: id }));
}

/** What was not seen may be broken, and nobody would know whether it could be healed. A handshake heals nothing. */
function unseen({ verdict, chains, notChecked }: Diagnosis): readonly NotReady[] {
  const [first] = notChecked;
  const links = chains.flatMap((chain) => chain.links.map((link) => ({ ...link, chain })));
  const link = links.find(({ name, state }) => state === 'unknown' && name !== 'handshake');
  if (verdict === 'unknown' && first !== undefined) return [reason('not-known', `${first.what}: ${first.why}`)];
  if (link === undefined) return [];
  return [reason('not-known', `the ${link.name} link of ${link.chain.site.name}: ${link.message}`)];
}
