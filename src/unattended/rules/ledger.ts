// What unattended runs remember of each other, so that limits outlive reboots and changes of the clock. Pure.

import type { Plan } from '../../model/repair/plan.ts';
import type { Awaiting, Ledger } from '../../model/run/ledger.ts';
import { endpointKey } from '../../model/server/evidence.ts';

/** Of a server that was never repaired unattended. */
export const emptyLedger = (now: Date): Ledger => ({
  seenAt: now.toISOString(),
  looks: [],
  attempts: [],
  failures: [],
});

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a repair is counted by. */
export const subjectsOf = ({ endpoints, covers }: Plan): readonly string[] =>
  endpoints.length > 0 ? endpoints.map(endpointKey) : covers;

/**
 * The ledger as the clock of now reads it. A clock that was set back takes every time in it along: what is remembered
 * grows no younger and no older by it. One that was set ahead cannot be told from a long night; the count of failures,
 * and with it the giving up, does not rest on a clock.
 */
export function onClock(ledger: Ledger, now: Date): Ledger {
  const back = Math.max(0, Date.parse(ledger.seenAt) - now.getTime());
  const moved = (at: string) => new Date(Math.min(Date.parse(at) - back, now.getTime())).toISOString();
  const { looks, attempts, failures, awaiting } = ledger;
  return {
    seenAt: now.toISOString(),
    looks: looks.map(moved),
    attempts: attempts
      .map((each) => ({ ...each, at: moved(each.at) }))
      .filter(({ at }) => now.getTime() - Date.parse(at) < DAY_MS),
    failures: failures.map((each) => ({ ...each, at: moved(each.at) })),
    ...(awaiting && { awaiting: { ...awaiting, at: moved(awaiting.at) } }),
  };
}

/** So many looks within the burst are no burst yet. */
const LOOKS = 3;
const BURST_MS = 5 * 60 * 1000;

/**
 * Milliseconds to wait before looking: a storm of events (RDP logs the same 36870) would start one run after the other.
 * The run that waits keeps the task from being started again, and misses nothing: it looks afterwards.
 */
export function calmAfter({ looks }: Ledger, now: Date): number {
  const first = looks.length < LOOKS ? undefined : looks[0];
  return first === undefined ? 0 : Math.max(0, BURST_MS - (now.getTime() - Date.parse(first)));
}

/** One more look. */
export const looked = (ledger: Ledger, now: Date): Ledger => ({
  ...ledger,
  looks: [...ledger.looks, now.toISOString()].slice(-LOOKS),
});

/** Noted before a repair begins: one that is cut off counts too. */
export const attempted = (ledger: Ledger, plans: readonly Plan[], now: Date): Ledger => ({
  ...ledger,
  attempts: [...ledger.attempts, ...plans.map((plan) => ({ at: now.toISOString(), subjects: subjectsOf(plan) }))],
});

/** One more failure for each of these findings. */
export function failed(ledger: Ledger, findings: readonly string[], now: Date): Ledger {
  const countOf = (finding: string) => ledger.failures.find((each) => each.finding === finding)?.count ?? 0;
  const others = ledger.failures.filter(({ finding }) => !findings.includes(finding));
  const more = [...new Set(findings)].map((finding) => ({
    finding,
    count: countOf(finding) + 1,
    at: now.toISOString(),
  }));
  return { ...ledger, failures: [...others, ...more] };
}

/** Failures of findings that are there no more are forgotten, and with them that they were given up. */
export const withoutGone = (ledger: Ledger, present: readonly string[]): Ledger => ({
  ...ledger,
  failures: ledger.failures.filter(({ finding }) => present.includes(finding)),
});

/** These findings are repaired, and a fresh process has to confirm it; the delay begins anew for those that waited. */
export function awaitingProof(ledger: Ledger, repaired: Awaiting): Ledger {
  if (repaired.findings.length === 0) return ledger;
  const both = (one: readonly string[] = [], other: readonly string[]) => [...new Set([...one, ...other])];
  const findings = both(ledger.awaiting?.findings, repaired.findings);
  const endpoints = both(ledger.awaiting?.endpoints, repaired.endpoints);
  return { ...ledger, awaiting: { ...repaired, findings, endpoints } };
}

/** Nothing waits for its proof any more. */
export function proofDone({ awaiting: _, ...rest }: Ledger): Ledger {
  return rest;
}
