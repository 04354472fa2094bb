// One playbook's look at the evidence. Pure.

import { findCertificate } from '../chain/certificates/certificates.ts';
import { eventFacts } from '../chain/records/https-events.ts';
import { recordAt } from '../chain/records/records.ts';
import { type Fact, findingId } from '../model/repair/finding.ts';
import type { Found, Playbook } from '../model/repair/playbook.ts';
import { type Evidence, endpointOfKey } from '../model/server/evidence.ts';
import { besideSstp } from './beside-sstp.ts';

/** What the playbook finds, each with its own way to a plan. Of two faults with one id the first is told. */
export function lookWith(playbook: Playbook, evidence: Evidence): readonly Found[] {
  const found = playbook.find(evidence).map((subject) => foundOf(playbook, subject, evidence));
  return [...new Map(found.toReversed().map((each) => [each.finding.id, each])).values()].toReversed();
}

function foundOf(playbook: Playbook, subject: unknown, evidence: Evidence): Found {
  const { key, facts, ...told } = playbook.describe(subject, evidence);
  const logged = loggedOf(told.endpoints, facts, evidence);
  const finding = { playbook: playbook.id, id: findingId(playbook.id, key), ...told, facts: [...facts, ...logged] };
  return {
    finding,
    takes: playbook.takes,
    plan: (how) => {
      const made = playbook.plan(subject, evidence, how);
      if ('blocked' in made) return made;
      const { covers = [], ...repair } = besideSstp(made, evidence);
      return { finding, ...repair, covers: [...new Set([finding.id, ...covers])] };
    },
    ways: (how) => playbook.ways?.(subject, evidence, how) ?? [],
    owner: playbook.owner?.(subject),
    pfxOf: playbook.pfxOf?.(subject),
  };
}

/** What the event logs say of a finding's endpoints, and of the keys of the certificates there. */
function loggedOf(endpoints: readonly string[], facts: readonly Fact[], evidence: Evidence): readonly Fact[] {
  const places = endpoints.map(endpointOfKey);
  const { records } = evidence;
  const keys = places.flatMap((place) => {
    const record = records.known ? recordAt(records.value, place) : undefined;
    const found = record && findCertificate(evidence, record.store, record.thumbprint);
    return (found?.known && found.value?.key?.container) || [];
  });
  const named = facts.flatMap(({ name, value }) => (name === 'container' ? [value] : []));
  return eventFacts(places, [...new Set([...keys, ...named])], evidence);
}
