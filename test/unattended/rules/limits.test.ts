import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/model/repair/plan.ts';
import { DEFAULT_POLICY } from '../../../src/model/run/policy.ts';
import { attempted, emptyLedger, failed } from '../../../src/unattended/rules/ledger.ts';
import { type Circumstances, selectAllowed } from '../../../src/unattended/rules/limits.ts';
import { planOf } from '../../support/unattended-plans.ts';

const NOON = new Date('2026-03-02T12:00:00.000Z');
const later = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000);
const free: Circumstances = {
  policy: { ...DEFAULT_POLICY, repairsPerEndpointPerDay: 3 },
  ledger: emptyLedger(NOON),
  now: NOON,
  pause: undefined,
  maxRisk: 'safe',
  unreached: new Set(),
};

/** `go`, or the reason and until when. */
const verdicts = (plans: readonly Plan[], given: Partial<Circumstances> = {}): readonly string[] => {
  const { allowed, held } = selectAllowed(plans, { ...free, ...given });
  return plans.map((plan) => {
    const hold = held.find((each) => each.plan === plan);
    if (hold === undefined) return allowed.includes(plan) ? 'go' : 'lost';
    return hold.until === undefined ? hold.reason : `${hold.reason} until ${hold.until.slice(11, 16)}`;
  });
};
const endpoint = (name: string) => ({ endpoints: [{ table: 'ip' as const, name }] });

describe('what an unattended run may repair', () => {
  it('loses no plan, and says on which day one may go on', () => {
    const plan = planOf('a', endpoint('0.0.0.0:443'));
    const ledger = [20, 0, 10].reduce((each, minute) => attempted(each, [plan], later(minute)), free.ledger);
    expect(selectAllowed([plan], { ...free, ledger, now: later(30) })).toEqual({
      allowed: [],
      held: [{ plan, reason: 'per-day', until: '2026-03-03T12:00:00.000Z' }],
    });
    expect(selectAllowed([plan], free)).toEqual({ allowed: [plan], held: [] });
  });

  it('goes on with several endpoints when the first of them may, and with several failures when the first pause ends', () => {
    const [one, two] = [planOf('a', endpoint('x:1')), planOf('b', endpoint('y:1'))];
    const early = [0, 0, 0].reduce((each, minute) => attempted(each, [one], later(minute)), free.ledger);
    const both = [5, 5, 5].reduce((each, minute) => attempted(each, [two], later(minute)), early);
    const plan = planOf('a', { endpoints: [...one.endpoints, ...two.endpoints] });
    expect(verdicts([plan], { ledger: both, now: later(9) })).toEqual(['per-day until 12:00']);
    const failures = failed(failed(free.ledger, ['a'], NOON), ['b'], later(5));
    const covers = planOf('a', { covers: ['a', 'b'] });
    expect(verdicts([covers], { ledger: failures, now: later(6) })).toEqual(['pause until 12:15']);
    const oneGivenUp = [1, 2, 3, 4].reduce((each) => failed(each, ['a'], NOON), failures);
    expect(verdicts([covers], { ledger: oneGivenUp, now: later(6) })).toEqual(['pause until 12:20']);
  });

  it('lets a plan follow its forerunner', () => {
    const after = planOf('b', { after: ['a'] });
    expect(verdicts([planOf('x'), planOf('a'), after])).toEqual(['go', 'go', 'go']);
    expect(verdicts([planOf('x'), after])).toEqual(['go', 'waits']);
  });

  it('is everything safe, where nothing speaks against it', () => {
    expect(verdicts([planOf('a'), planOf('b')])).toEqual(['go', 'go']);
  });

  it('is what somebody said yes to', () => {
    const plans = [planOf('a'), planOf('b', { risk: 'disruptive' }), planOf('c', { risk: 'manual' })];
    expect(verdicts(plans)).toEqual(['go', 'risk', 'risk']);
    expect(verdicts(plans, { maxRisk: 'disruptive' })).toEqual(['go', 'go', 'risk']);
  });

  it('is what still works only where config.json says true for its playbook, and then whatever --yes covers', () => {
    const plans = [planOf('a', { risk: 'disruptive', onlyIfSwitchedOn: true })];
    const on = { policy: { ...DEFAULT_POLICY, on: ['lost-binding'] } };
    for (const maxRisk of ['safe', 'disruptive'] as const) {
      expect(verdicts(plans, { maxRisk })).toEqual(['not-switched-on']);
      expect(verdicts(plans, { maxRisk, ...on })).toEqual(['go']);
    }
    // It is no consent to anything else.
    expect(verdicts([planOf('b', { risk: 'disruptive' })], on)).toEqual(['risk']);
    expect(verdicts([planOf('c', { risk: 'manual', onlyIfSwitchedOn: true })], on)).toEqual(['risk']);
    expect(verdicts(plans, { ...on, pause: {} })).toEqual(['pause-file']);
  });

  it('is nothing while the pause file is there', () => {
    expect(verdicts([planOf('a')], { pause: {} })).toEqual(['pause-file']);
  });

  it('leaves out a playbook that is switched off, and what waits for it', () => {
    const policy = { ...DEFAULT_POLICY, off: ['stale-hash' as const] };
    const plans = [planOf('stale-hash:x'), planOf('a'), planOf('b', { after: ['stale-hash:x'] })];
    expect(verdicts(plans, { policy })).toEqual(['playbook-off', 'go', 'waits']);
  });

  it('is nothing outside of a maintenance window', () => {
    const from = NOON.getHours() * 60 + 30;
    const policy = { ...DEFAULT_POLICY, maintenanceWindows: [{ days: ['Mon' as const], from, to: from + 1 }] };
    expect(verdicts([planOf('a')], { policy })).toEqual(['window']);
    expect(verdicts([planOf('a')], { policy, now: later(30) })).toEqual(['go']);
    expect(verdicts([planOf('a')], { policy, now: later(31) })).toEqual(['window']);
  });

  it('waits longer after every failure, up to the longest pause', () => {
    const policy = { ...DEFAULT_POLICY, longestPauseMinutes: 45, giveUpAfterFailures: 9 };
    const failedTimes = (count: number) =>
      Array.from({ length: count }).reduce<typeof free.ledger>((ledger) => failed(ledger, ['a'], NOON), free.ledger);
    expect(verdicts([planOf('a')], { policy, ledger: failedTimes(1) })).toEqual(['pause until 12:15']);
    expect(verdicts([planOf('a')], { policy, ledger: failedTimes(2) })).toEqual(['pause until 12:30']);
    expect(verdicts([planOf('a')], { policy, ledger: failedTimes(3) })).toEqual(['pause until 12:45']);
    expect(verdicts([planOf('a')], { policy, ledger: failedTimes(8) })).toEqual(['pause until 12:45']);
    expect(verdicts([planOf('a')], { policy, ledger: failedTimes(2), now: later(30) })).toEqual(['go']);
    expect(verdicts([planOf('b')], { policy, ledger: failedTimes(2) })).toEqual(['go']);
  });

  it('gives up after enough failures, however long ago they were', () => {
    const ledger = [1, 2, 3, 4, 5].reduce((each) => failed(each, ['a'], NOON), free.ledger);
    expect(verdicts([planOf('a')], { ledger, now: later(60 * 24 * 300) })).toEqual(['given-up']);
    const four = [1, 2, 3, 4].reduce((each) => failed(each, ['a'], NOON), free.ledger);
    expect(verdicts([planOf('a')], { ledger: four, now: later(60 * 24) })).toEqual(['go']);
  });

  it('tries a repair that covers a finding which has never failed', () => {
    const ledger = failed(free.ledger, ['a'], NOON);
    expect(verdicts([planOf('a', { covers: ['a', 'b'] })], { ledger })).toEqual(['go']);
  });

  it('repairs an endpoint three times within 24 hours, and goes on when the first of them is a day old', () => {
    const plan = planOf('a', endpoint('0.0.0.0:443'));
    const ledger = [0, 10, 20].reduce((each, minute) => attempted(each, [plan], later(minute)), free.ledger);
    expect(verdicts([plan], { ledger, now: later(30) })).toEqual(['per-day until 12:00']);
    expect(verdicts([planOf('a', endpoint('10.0.0.1:443'))], { ledger })).toEqual(['go']);
    const two = attempted(attempted(free.ledger, [plan], NOON), [plan], NOON);
    expect(verdicts([plan], { ledger: two })).toEqual(['go']);
    const four = attempted(ledger, [plan], later(25));
    expect(verdicts([plan], { ledger: four, now: later(30) })).toEqual(['per-day until 12:10']);
  });

  it('repairs several endpoints at once where one of them has repairs left', () => {
    const plan = planOf('a', endpoint('0.0.0.0:443'));
    const ledger = [1, 2, 3].reduce((each) => attempted(each, [plan], NOON), free.ledger);
    const both = planOf('a', { endpoints: [...plan.endpoints, ...endpoint('10.0.0.1:443').endpoints] });
    expect(verdicts([both], { ledger })).toEqual(['go']);
  });

  it('leaves alone whom there was no time to greet, wherever the plan touches them', () => {
    const plan = planOf('a', endpoint('0.0.0.0:443'));
    const finding = { ...plan.finding, endpoints: ['sni shop.example.test:443'] };
    const found = planOf('b', { finding });
    const other = planOf('c', endpoint('0.0.0.0:444'));
    const unreached = new Set(['ip 0.0.0.0:443', 'sni shop.example.test:443']);
    expect(verdicts([plan, found, other], { unreached })).toEqual(['not-greeted', 'not-greeted', 'go']);
  });
});
