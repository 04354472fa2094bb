import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { readPlanFile, writePlanFile } from '../../src/formats/plan-file.ts';
import type { Diagnosis } from '../../src/model/diagnosis.ts';
import { known, unknown } from '../../src/model/known.ts';
import type { Plan } from '../../src/model/plan.ts';
import { NO_CHOICES } from '../../src/pipeline/make-plans.ts';
import { plansElsewhere } from '../../src/pipeline/plan-elsewhere.ts';
import { madeAgain } from '../../src/pipeline/saved-plans.ts';
import { diagnoseLab, labDisk, machineOn } from './run-lab.ts';

const SYSTEM = { sid: 'S-1-5-18', name: 'NT AUTHORITY\\SYSTEM', elevated: true };

type Faults = NonNullable<NonNullable<Parameters<typeof labDisk>[0]>['faults']>;

const faulty = (faults: Faults = ['stranded-key', 'stale-hash', 'lost-binding']) =>
  diagnoseLab(machineOn(labDisk({ faults, osBuild: 20348 })));

/** As `plan --out` writes them and `fix --plan` reads them. */
function saved(diagnosis: Diagnosis, correct = false): readonly Plan[] {
  const { plans } = plansElsewhere(diagnosis, playbooks, { ...NO_CHOICES, correct });
  const read = readPlanFile(writePlanFile(plans, { version: '0.1.0', collectedAt: '2026-11-23T00:00:00.000Z' }));
  if (!read.ok) throw new Error(read.error);
  return read.value.plans;
}

const found = (plans: readonly (Plan | undefined)[]) => plans.map((plan) => plan?.finding.playbook);
const ALL = ['stale-hash', 'lost-binding', 'stranded-key'];

describe('saved plans are found again', () => {
  it('as they were saved, whoever looks now', async () => {
    const diagnosis = await faulty();
    const plans = saved(diagnosis);
    expect([...found(plans)].sort()).toEqual([...ALL].sort());
    expect(found(madeAgain(plans, diagnosis, playbooks))).toEqual(found(plans));
    const evidence = { ...diagnosis.evidence, identity: known(SYSTEM, diagnosis.evidence.identity.source) };
    expect(found(madeAgain(plans, { ...diagnosis, evidence }, playbooks))).toEqual(found(plans));
  });

  it.each([[['netshUpdateOptions']], [['osBuild']], [['netshUpdateOptions', 'osBuild']]] as const)(
    'where the evidence did not say %j',
    async (unsaid) => {
      const diagnosis = await faulty();
      const evidence = { ...diagnosis.evidence };
      for (const field of unsaid) evidence[field] = unknown('not collected', evidence[field].source);
      const plans = saved({ ...diagnosis, evidence });
      expect(JSON.stringify(plans)).not.toBe(JSON.stringify(saved(diagnosis)));
      expect(found(madeAgain(plans, diagnosis, playbooks))).toEqual(found(plans));
    },
  );

  it('where a hash is corrected instead of stripped', async () => {
    const diagnosis = await faulty(['stale-hash']);
    const plans = saved(diagnosis, true);
    expect(plans.map(({ title }) => title)).toContain('Correct the certificate hash in customMetadata');
    expect(madeAgain(plans, diagnosis, playbooks).map((plan) => plan?.title)).toEqual(plans.map(({ title }) => title));
  });

  it('with the words of now: the ones in the file may be anything', async () => {
    const diagnosis = await faulty();
    const plans = saved(diagnosis).map((plan) => ({ ...plan, effects: ['It does nothing.'] }));
    for (const plan of madeAgain(plans, diagnosis, playbooks)) expect(plan?.effects).not.toContain('It does nothing.');
  });
});

describe('nothing else is found', () => {
  const alter: readonly (readonly [string, (plan: Plan) => Plan])[] = [
    [
      'another command',
      (plan) => ({
        ...plan,
        steps: [
          {
            title: 'Tidy up',
            do: { kind: 'run', command: { program: 'net', args: ['user', 'guest', '/active:yes'] } },
            undo: 'none',
            holds: { kind: 'action-succeeds' },
          },
          ...plan.steps,
        ],
      }),
    ],
    ['a step less', (plan) => ({ ...plan, steps: plan.steps.slice(1) })],
    [
      'another undo',
      (plan) => ({ ...plan, steps: plan.steps.map((step) => ({ ...step, undo: { impossible: 'no' } })) }),
    ],
    ['no state that it was made for', (plan) => ({ ...plan, before: {} })],
    ['a smaller risk', (plan) => ({ ...plan, risk: plan.risk === 'safe' ? 'disruptive' : 'safe' })],
    ['a cleanup more', (plan) => ({ ...plan, cleanup: [{ kind: 'remove-file', path: 'C:\\inetpub\\a' }] })],
    ['other findings', (plan) => ({ ...plan, covers: [...plan.covers, 'stale-hash:LM/W3SVC/9'] })],
    ['another finding', (plan) => ({ ...plan, finding: { ...plan.finding, id: 'stale-hash:LM/W3SVC/9' } })],
    ['no endpoint to be verified', (plan) => ({ ...plan, endpoints: [], after: ['x'] })],
    ['another title', (plan) => ({ ...plan, title: 'Nothing much' })],
  ];

  it.each(alter)('where a plan has %s', async (_name, change) => {
    const diagnosis = await faulty();
    const plans = saved(diagnosis);
    const altered = plans.map((plan) => (plan.finding.playbook === 'stale-hash' ? change(plan) : plan));
    expect(found(madeAgain(altered, diagnosis, playbooks))).toEqual(
      found(plans).map((playbook) => (playbook === 'stale-hash' ? undefined : playbook)),
    );
  });
});
