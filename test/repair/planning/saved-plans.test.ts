import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/model/repair/diagnosis.ts';
import type { Plan } from '../../../src/model/repair/plan.ts';
import { hostOf, NO_CHOICES } from '../../../src/model/repair/planning.ts';
import { known, unknown } from '../../../src/model/server/known.ts';
import { type PlanFile, readPlanFile, writePlanFile } from '../../../src/own-files/plan-file.ts';
import { plansElsewhere } from '../../../src/repair/planning/plan-elsewhere.ts';
import { knownOf, madeAgain, savedPlan } from '../../../src/repair/planning/saved-plans.ts';
import { diagnoseLab, labDisk, machineOn } from '../../support/run-lab.ts';

const SYSTEM = { sid: 'S-1-5-18', name: 'NT AUTHORITY\\SYSTEM', elevated: true };

type Faults = NonNullable<NonNullable<Parameters<typeof labDisk>[0]>['faults']>;

const faulty = (faults: Faults = ['stranded-key', 'stale-hash', 'lost-binding']) =>
  diagnoseLab(machineOn(labDisk({ faults, osBuild: 20348 })));

/** As `plan --out` writes them and `fix --plan` reads them. */
function saved(diagnosis: Diagnosis, correct = false, alter = (plan: Plan): Plan => plan): PlanFile {
  const host = hostOf(diagnosis.evidence);
  const { plans } = plansElsewhere(diagnosis, { host, choices: { ...NO_CHOICES, correct } });
  const read = readPlanFile(
    writePlanFile({
      version: '0.1.0',
      collectedAt: '2026-11-23T00:00:00.000Z',
      correct,
      host: knownOf(host),
      plans: plans.map((plan) => savedPlan(alter(plan), 'C:\\Windows')),
    }),
  );
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

const again = (file: PlanFile, diagnosis: Diagnosis) => madeAgain(file.plans, diagnosis, file);

const found = (plans: readonly ({ readonly finding: { readonly playbook: string } } | undefined)[]) =>
  plans.map((plan) => plan?.finding.playbook);
const ALL = ['stale-hash', 'lost-binding', 'stranded-key'];

describe('saved plans are found again', () => {
  it('as they were saved, whoever looks now', async () => {
    const diagnosis = await faulty();
    const file = saved(diagnosis);
    expect([...found(file.plans)].sort()).toEqual([...ALL].sort());
    expect(found(again(file, diagnosis))).toEqual(found(file.plans));
    const evidence = { ...diagnosis.evidence, identity: known(SYSTEM, diagnosis.evidence.identity.source) };
    expect(found(again(file, { ...diagnosis, evidence }))).toEqual(found(file.plans));
  });

  it.each([[['netshUpdateOptions']], [['osBuild']], [['netshUpdateOptions', 'osBuild']]] as const)(
    'where the evidence did not say %j',
    async (unsaid) => {
      const diagnosis = await faulty();
      const evidence = { ...diagnosis.evidence };
      for (const field of unsaid) evidence[field] = unknown('not collected', evidence[field].source);
      const file = saved({ ...diagnosis, evidence });
      expect(JSON.stringify(file)).not.toBe(JSON.stringify(saved(diagnosis)));
      expect(found(again(file, diagnosis))).toEqual(found(file.plans));
    },
  );

  it('where a hash is corrected instead of stripped', async () => {
    const diagnosis = await faulty(['stale-hash']);
    const file = saved(diagnosis, true);
    expect(file.plans.map(({ title }) => title)).toContain('Correct the certificate hash in customMetadata');
    expect(again(file, diagnosis).map((plan) => plan?.title)).toEqual(file.plans.map(({ title }) => title));
  });

  it('with the words of now: the ones in the file may be anything', async () => {
    const diagnosis = await faulty();
    const file = saved(diagnosis, false, (plan) => ({ ...plan, effects: ['It does nothing.'] }));
    for (const plan of again(file, diagnosis)) expect(plan?.effects).not.toContain('It does nothing.');
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
    const isStale = ({ finding }: Plan) => finding.playbook === 'stale-hash';
    const file = saved(diagnosis, false, (plan) => (isStale(plan) ? change(plan) : plan));
    expect(found(again(file, diagnosis))).toEqual(
      found(file.plans).map((playbook) => (playbook === 'stale-hash' ? undefined : playbook)),
    );
  });
});
