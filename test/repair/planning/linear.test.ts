// What a server with thousands of faults costs: work is counted, ten times the faults take about ten times the work.

import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/model/repair/finding.ts';
import type { Plan, Step } from '../../../src/model/repair/plan.ts';
import { planningHere } from '../../../src/model/repair/planning.ts';
import type { Found } from '../../../src/model/repair/playbook.ts';
import type { Chain } from '../../../src/model/server/chain.ts';
import { endpointKey } from '../../../src/model/server/evidence.ts';
import { makePlans } from '../../../src/repair/planning/make-plans.ts';
import { toDo } from '../../../src/report/words/to-do.ts';
import { evidence, SHOP_RECORD } from '../../support/evidence-folder.ts';
import { HEALTHY } from '../../support/samples.ts';

const endpointOf = (number: number) => ({ table: 'sni', name: `site-${number}.example:443` }) as const;

const findingOf = (number: number): Finding => ({
  playbook: 'test',
  id: `test:${number}`,
  subject: `site ${number}`,
  severity: 'broken',
  message: 'It is so.',
  facts: [],
  endpoints: [endpointKey(endpointOf(number))],
});

/** Plans that each give one endpoint its record; `looks` says how often anybody looked at what one of them does. */
function foundWith(count: number, noteLook: () => void): readonly Found[] {
  return Array.from({ length: count }, (_, number) => {
    const endpoint = endpointOf(number);
    const steps = [
      { holds: { kind: 'record-is', record: { ...SHOP_RECORD, endpoint } } },
    ] as unknown as readonly Step[];
    const finding = findingOf(number);
    const plan = {
      finding,
      covers: [finding.id],
      after: [],
      before: { [JSON.stringify({ kind: 'record', endpoint })]: 'absent' },
      get steps() {
        noteLook();
        return steps;
      },
    } as unknown as Plan;
    return { finding, plan: () => plan } as unknown as Found;
  });
}

describe('many faults', () => {
  it('hold no plan against every other one', () => {
    const looksFor = (count: number): number => {
      let looks = 0;
      const found = foundWith(count, () => {
        looks += 1;
      });
      const given = evidence({});
      expect(makePlans(found, { ...planningHere(given), session: ELEVATED }).plans).toHaveLength(count);
      return looks;
    };
    expect(looksFor(500)).toBeLessThanOrEqual(11 * looksFor(50));
  });

  it('are named without looking at all sites for each', () => {
    const readsFor = (count: number): number => {
      let reads = 0;
      const [sample] = HEALTHY.chains as [Chain];
      const chains = Array.from({ length: count }, (_, number) => ({
        ...sample,
        endpoint: endpointOf(number),
        get site() {
          reads += 1;
          return { ...sample.site, name: `site ${number}` };
        },
      }));
      const findings = chains.map((_, number) => findingOf(number));
      expect(toDo({ ...HEALTHY, chains, findings })).toHaveLength(count);
      return reads;
    };
    expect(readsFor(500)).toBeLessThanOrEqual(11 * readsFor(50));
  });
});

const ELEVATED = planningHere(evidence({})).session;
