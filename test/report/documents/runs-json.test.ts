import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { RecordedRun } from '../../../src/model/run/recorded-run.ts';
import { stepsToUndo, undoRun } from '../../../src/repair/executor/undo.ts';
import {
  recordedRunJson,
  recordedVerdict,
  renderRun,
  renderRuns,
  runsJson,
} from '../../../src/report/documents/runs-json.ts';
import { recorded } from '../../support/lab-documents.ts';
import { fixLab, labDisk, machineOn, stubbornAdd, tell } from '../../support/run-lab.ts';
import { HEALTHY } from '../../support/samples.ts';

const schema = (name: string) => JSON.parse(readFileSync(`docs/schemas/${name}.schema.json`, 'utf8'));
const validate = new Ajv({ strict: true, allowUnionTypes: true, schemas: [schema('check')] }).compile(schema('runs'));

function documentOf(runs: readonly RecordedRun[]) {
  const document = runsJson(
    runs.map((run) => recordedRunJson(run, 'C:\\Windows')),
    [],
    'L',
    HEALTHY.evidence,
  );
  expect(validate(JSON.parse(JSON.stringify(document))) ? [] : validate.errors).toEqual([]);
  return document;
}

describe('the runs of a lab', () => {
  it('are none before the first', () => {
    expect(documentOf([]).runs).toEqual([]);
    expect(renderRuns([], [])).toBe('No run has changed anything here.\n');
  });

  it('tell what was found, what was done, and that it was taken back', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const machine = machineOn(disk);
    const { before } = await fixLab(disk, machine);
    const [run] = await recorded(machine);
    const [told] = documentOf([run!]).runs;
    expect(told).toMatchObject({ id: run!.id, closed: true, exitCode: 0, verdict: 'healed' });
    expect(told?.plans.map((plan) => plan.finding)).toEqual(before.findings.map((finding) => finding.id));
    expect(told?.plans[0]?.steps.map((step) => step.outcome)).not.toContain('not-reached');
    const words = renderRuns([renderRun(run!)], []);
    expect(words).toContain(`${run!.id}  2026-03-02 09:00:00 UTC  healed, ended with 0\n`);
    expect(words).toContain(`    found: ${before.findings[0]!.message}\n`);
    await undoRun(run!, stepsToUndo(run!, machine.systemRoot), machine);
    expect(documentOf(await recorded(machine)).runs[0]?.verdict).toBe('undone');
  });

  it('tell of a repair that failed and was rolled back', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    tell(disk, ...stubbornAdd());
    const machine = machineOn(disk);
    await fixLab(disk, machine);
    const runs = await recorded(machine);
    expect(documentOf(runs).runs[0]).toMatchObject({ verdict: 'rolled-back', exitCode: 5 });
    expect(renderRuns(runs.map(renderRun), [])).toContain('failed, and everything was taken back, ended with 5');
  });

  it('hold no password', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const machine = machineOn(disk);
    await fixLab(disk, machine);
    const shown = documentOf(await recorded(machine)).runs[0]!.plans[0]!.steps.map((step) => step.shown);
    expect(shown.join('\n')).toMatch(/certutil\.exe -f -p \*{8} -exportPFX/);
  });
});

describe('recordedVerdict', () => {
  const ended = { id: 'R', startedAt: '2026-03-02T09:00:00.000Z', closed: true, plans: [], entries: 2 };
  it.each(['healed', 'faults-remain', 'rolled-back', 'refused'] as const)(
    'of a run that was closed as %s is that',
    (outcome) => {
      expect(recordedVerdict({ ...ended, outcome })).toBe(outcome);
    },
  );

  it('of a run that was cut off says so, and no end', () => {
    const cut = { ...ended, closed: false };
    expect(recordedVerdict(cut)).toBe('cut-off');
    expect(documentOf([cut]).runs[0]?.exitCode).toBe(null);
    expect(renderRuns([renderRun(cut)], [])).toBe(
      'R  2026-03-02 09:00:00 UTC  was cut off; the next fix or undo takes it back first\n',
    );
  });
});
