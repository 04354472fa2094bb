import { describe, expect, it } from 'vitest';
import { playbooks } from '../../../playbooks/index.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { planningHere } from '../../../src/model/repair/planning.ts';
import type { Evidence } from '../../../src/model/server/evidence.ts';
import { makePlans, planFor } from '../../../src/repair/planning/make-plans.ts';
import {
  config,
  evidence,
  FRONT,
  FRONT_DRAGGED,
  FRONT_OLGA_FILE,
  have,
  keyFiles,
  lack,
  metadataKey,
  OLGA,
  SHOP,
  SHOP_FILE,
  SHOP_RECORD,
  stranded,
} from '../../support/evidence-folder.ts';

const STALE = metadataKey('LM/W3SVC/1', [[5506, '442jqCFFZ77jBhZ7QYHKXuK9drc=']]);
const SECOND = metadataKey('LM/W3SVC/2', [[5506, '!!!!']]);
const waiting = (changes: Partial<Evidence> = {}) =>
  evidence({
    config: config([STALE, SECOND]),
    storeMy: have([FRONT_DRAGGED, SHOP]),
    keyFiles: keyFiles([FRONT_OLGA_FILE, SHOP_FILE]),
    records: have([SHOP_RECORD]),
    ...changes,
  });

function repairs(given: Evidence, only: readonly string[] = playbooks.map(({ id }) => id)) {
  const chosen = playbooks.filter(({ id }) => only.includes(id));
  const made = makePlans(diagnose(given, chosen).found, planningHere(given));
  return {
    plans: made.plans.map((plan) => plan.covers),
    blocked: made.blocked.map(({ finding, blocked }) => [finding.id, blocked]),
  };
}

describe('makePlans', () => {
  it('orders the entry before the key before the record, and covers entries of one file by one plan', () => {
    expect(repairs(waiting())).toEqual({
      plans: [
        ['stale-hash:LM/W3SVC/1', 'stale-hash:LM/W3SVC/2'],
        [`stranded-key:${FRONT.thumbprint}`],
        ['lost-binding:0.0.0.0:443'],
      ],
      blocked: [],
    });
  });

  it('blocks a plan whose forerunner cannot be made, and says who is needed for that', () => {
    const system = have({ sid: 'S-1-5-18', name: 'NT AUTHORITY\\SYSTEM', elevated: true });
    const { plans, blocked } = repairs(waiting({ identity: system }));
    expect(plans).toEqual([['stale-hash:LM/W3SVC/1', 'stale-hash:LM/W3SVC/2']]);
    expect(blocked).toEqual([
      [`stranded-key:${FRONT.thumbprint}`, expect.objectContaining({ who: 'olga (S-1-5-21-1-2-3-1001)' })],
      [
        'lost-binding:0.0.0.0:443',
        {
          blocked: true,
          why: `stranded-key:${FRONT.thumbprint} has to be repaired first`,
          who: 'olga (S-1-5-21-1-2-3-1001)',
          command: 'iis-ssl-heal fix --only stranded-key',
        },
      ],
    ]);
  });

  it('blocks it too where the forerunner was not asked for', () => {
    expect(repairs(waiting(), ['lost-binding'])).toEqual({
      plans: [],
      blocked: [
        [
          'lost-binding:0.0.0.0:443',
          { blocked: true, why: `stranded-key:${FRONT.thumbprint} has to be repaired first` },
        ],
      ],
    });
  });

  it('offers nothing to somebody who may not change the server', () => {
    const plain = have({ sid: OLGA.sid, name: 'WEB01\\olga', elevated: false });
    const prompt = { who: 'an administrator, from an elevated prompt' };
    expect(repairs(stranded({ identity: plain }))).toEqual({
      plans: [],
      blocked: [
        [
          `stranded-key:${FRONT.thumbprint}`,
          {
            blocked: true,
            why: 'WEB01\\olga is not elevated here',
            ...prompt,
            command: 'iis-ssl-heal fix --only stranded-key',
          },
        ],
      ],
    });
    expect(repairs(evidence({ config: config([STALE]), identity: lack('whoami failed') })).blocked).toEqual([
      [
        'stale-hash:LM/W3SVC/1',
        {
          blocked: true,
          why: 'it could not be read who runs this: whoami failed',
          ...prompt,
          command: 'iis-ssl-heal fix --only stale-hash',
        },
      ],
    ]);
  });

  it('keeps what a playbook says itself before what the person lacks', () => {
    const plain = have({ sid: 'S-1-5-9', name: 'WEB01\\guest', elevated: false });
    const [first] = repairs(stranded({ identity: plain })).blocked;
    expect(first?.[1]).toMatchObject({ why: 'the key is protected for olga; WEB01\\guest cannot open it' });
  });
});

describe('planFor', () => {
  it('plans by what the finding itself brings along', () => {
    const given = stranded();
    const [found] = diagnose(given, playbooks).found;
    expect('blocked' in planFor(found!, planningHere(given))).toBe(false);
  });
});
