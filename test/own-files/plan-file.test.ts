import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PlanFile, readPlanFile, writePlanFile } from '../../src/own-files/plan-file.ts';
import { savedPlan } from '../../src/repair/planning/saved-plans.ts';
import { scriptsFor } from '../support/cmd/scripts-for.ts';
import { neverThrows } from '../support/fuzz.ts';
import { labDisk } from '../support/run-lab.ts';

const META: Omit<PlanFile, 'plans'> = {
  version: '1.2.3',
  collectedAt: '2026-03-02T08:00:00.000Z',
  computer: 'LABSRV',
  session: { sid: 'S-1-5-21-1-2-3-1001', name: 'olga' },
  correct: false,
  host: { netshAdds: true, netshUpdates: false, osBuild: true },
};

let plans: PlanFile['plans'];
let bytes: Uint8Array;

beforeAll(async () => {
  const made = (await scriptsFor(labDisk({ faults: ['stranded-key', 'stale-hash', 'lost-binding'] }))).plans;
  plans = made.map((plan) => savedPlan(plan, 'C:\\Windows'));
  bytes = writePlanFile({ ...META, plans });
});

const text = () => Buffer.from(bytes).toString('utf8');
const error = (content: string) => readPlanFile(Buffer.from(content));

describe('a saved plan', () => {
  it('is read back as it was written', () => {
    expect(plans.length).toBe(3);
    expect(readPlanFile(bytes)).toEqual({ ok: true, value: { ...META, plans } });
  });

  it('answers any bytes, and never throws', () => neverThrows(readPlanFile, bytes));

  it('does not depend on the order of its fields or on its layout', () => {
    const { checksum, ...content } = JSON.parse(text());
    const turned = Object.fromEntries(Object.entries({ checksum, ...content }).reverse());
    expect(error(JSON.stringify(turned)).ok).toBe(true);
  });

  it('fits its schema, and nothing of another version does', () => {
    const schema = JSON.parse(readFileSync('docs/schemas/plan.schema.json', 'utf8'));
    const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
    const document = JSON.parse(text());
    expect([validate(document), validate.errors]).toEqual([true, null]);
    expect(validate({ ...document, schema: 1 })).toBe(false);
    expect(validate({ ...document, plans: [{}] })).toBe(false);
  });

  it('is refused after any edit of a value', () => {
    const edits: readonly (readonly [string, string])[] = [
      ['"LABSRV"', '"OTHER"'],
      ['0.0.0.0:443', '0.0.0.0:444'],
      ['-delstore', '-delkey'],
      ['"risk": "safe"', '"risk": "manual"'],
      ['S-1-5-21-1-2-3-1001', 'S-1-5-21-1-2-3-1002'],
    ];
    for (const [from, to] of edits) {
      expect(text()).toContain(from);
      expect([from, error(text().replace(from, to))]).toEqual([
        from,
        { ok: false, error: expect.stringContaining('edited') },
      ]);
    }
  });

  it('is refused with its own words for each other thing that it may be', () => {
    expect(error('')).toEqual({ ok: false, error: 'the file is not JSON' });
    expect(error('{"schema": 1')).toEqual({ ok: false, error: 'the file is not JSON' });
    expect(error('[]')).toEqual({ ok: false, error: 'the file is not a saved plan' });
    expect(error('null')).toEqual({ ok: false, error: 'the file is not a saved plan' });
    expect(error(text().replace('"schema": 2', '"schema": 1'))).toEqual({
      ok: false,
      error: 'the file has schema version 1; this program reads 2',
    });
    expect(readPlanFile(Uint8Array.of(0xff, 0xfe, 0x7b))).toEqual({ ok: false, error: 'the file is not JSON' });
  });

  it('is refused with a right checksum where it holds what no plan of ours holds', () => {
    const [plan] = plans;
    const foreign = { ...plan!, steps: [{ ...plan!.steps[0]!, do: 'format C:' }] };
    expect(readPlanFile(writePlanFile({ ...META, plans: [foreign] }))).toEqual({
      ok: false,
      error: 'the file is not a saved plan of this program',
    });
  });

  it('never throws, whatever bytes it is', () => {
    fc.assert(fc.property(fc.uint8Array(), (any) => void expect(readPlanFile(any).ok).toBe(false)));
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const content = { schema: 2, checksum: 'sha256:0', ...(typeof value === 'object' ? value : {}) };
        expect(readPlanFile(Buffer.from(JSON.stringify(content))).ok).toBe(false);
      }),
    );
  });
});
