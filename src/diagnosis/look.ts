// One playbook's look at the evidence. Pure.

import type { Evidence } from '../model/evidence.ts';
import { findingId } from '../model/finding.ts';
import type { Found, Playbook } from '../model/playbook.ts';

/** What the playbook finds, each with its own way to a plan. Of two faults with one id the first is told. */
export function lookWith(playbook: Playbook, evidence: Evidence): readonly Found[] {
  const found = playbook.find(evidence).map((subject) => foundOf(playbook, subject, evidence));
  return [...new Map(found.toReversed().map((each) => [each.finding.id, each])).values()].toReversed();
}

function foundOf(playbook: Playbook, subject: unknown, evidence: Evidence): Found {
  const { key, ...told } = playbook.describe(subject, evidence);
  const finding = { playbook: playbook.id, id: findingId(playbook.id, key), ...told };
  return {
    finding,
    plan: (how) => {
      const made = playbook.plan(subject, evidence, how);
      return 'blocked' in made
        ? made
        : { finding, ...made, covers: [...new Set([finding.id, ...(made.covers ?? [])])] };
    },
    ways: (how) => playbook.ways?.(subject, evidence, how) ?? [],
    owner: playbook.owner?.(subject),
    pfxOf: playbook.pfxOf?.(subject),
  };
}
