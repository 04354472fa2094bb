// Whether a target could heal itself, where it cannot be known from here: said so, and never called ready.

import { expect, it } from 'vitest';
import { readinessHere } from '../../../src/commands/look/readiness-here.ts';
import { evidence, have } from '../../support/evidence-folder.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';
import { diagnosisOf, HEALTHY } from '../../support/samples.ts';

it.each([
  ['an evidence folder', HEALTHY, undefined, 'they are not in what was sent'],
  [
    'a session that is not elevated',
    diagnosisOf(evidence({ identity: have({ sid: 'S-1-5-21-1-2-3-1001', name: 'LAB\\olga', elevated: false }) })),
    machineOn(labDisk()),
    'LAB\\olga is not elevated here',
  ],
])('%s', async (_name, diagnosis, machine, why) => {
  const said = `the scheduled task and its settings: ${why}`;
  expect(await readinessHere(diagnosis, machine)).toEqual({ ready: null, reasons: [{ code: 'not-known', why: said }] });
});
