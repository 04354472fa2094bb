import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/model/repair/plan.ts';
import { diagnosisJson, runJson } from '../../../src/report/documents/json.ts';
import { renderPrometheus } from '../../../src/report/documents/prometheus.ts';
import { checkLine } from '../../../src/report/terminal/line.ts';
import { config, metadataKey, stranded } from '../../support/evidence-folder.ts';
import {
  diagnosisOf,
  doneReport,
  HEALTHY,
  repairsOf,
  reportOf,
  STALE,
  STRANDED,
  STRANDED_FOR_SYSTEM,
  UNREAD,
} from '../../support/samples.ts';

const schema = (name: string) => JSON.parse(readFileSync(`docs/schemas/${name}.schema.json`, 'utf8'));
const ajv = new Ajv({ strict: true, allowUnionTypes: true, schemas: [schema('check'), schema('fix')] });

/** What the schema has against the document as a reader gets it. */
function complaints(name: 'check' | 'fix', document: unknown): unknown {
  const validate = ajv.getSchema(`urn:iis-ssl-heal:${name}:1`)!;
  return validate(JSON.parse(JSON.stringify(document))) ? [] : validate.errors;
}

const samples = { HEALTHY, STRANDED, STRANDED_FOR_SYSTEM, STALE, UNREAD };

describe('diagnosisJson', () => {
  it('says the kind of each fault as the metrics and the line do, also where two strike one endpoint', () => {
    const override = config([metadataKey('LM/W3SVC/1', [[5506, '442jqCFFZ77jBhZ7QYHKXuK9drc=']])]);
    const diagnosis = diagnosisOf(stranded({ config: override }));
    const { findings } = diagnosisJson(diagnosis, repairsOf(diagnosis), 'L');
    expect(findings.map(({ playbook, code }) => [playbook, code])).toEqual([
      ['stale-hash', 'no-such-certificate'],
      ['stranded-key', 'key-stranded'],
    ]);
    const [metrics, line] = [renderPrometheus(diagnosis), checkLine(diagnosis, 'faults-remain')];
    for (const { playbook, code } of findings) {
      expect(metrics).toContain(`iis_ssl_heal_finding{playbook="${playbook}",code="${code}"`);
      expect(line).toContain(` ${code}`);
    }
  });

  it.each(Object.entries(samples))('keeps to its schema: %s', (_name, diagnosis) => {
    expect(complaints('check', diagnosisJson(diagnosis, repairsOf(diagnosis), 'L'))).toEqual([]);
  });

  it('is judged by a schema that can say no', () => {
    const { verdict: _verdict, ...rest } = diagnosisJson(HEALTHY, repairsOf(HEALTHY), 'L');
    expect(complaints('check', rest)).not.toEqual([]);
    expect(complaints('check', { ...rest, verdict: 'fine' })).not.toEqual([]);
  });

  it('names the links, the facts and the steps of the repair', () => {
    const document = diagnosisJson(STRANDED, repairsOf(STRANDED), 'L');
    expect(document.chains[0]?.links[3]).toEqual({
      name: 'key',
      state: 'broken',
      code: 'key-stranded',
      says: 'stayed in the key store of olga; SYSTEM cannot open it',
      source: 'C:\\Users\\olga\\AppData\\Roaming\\Microsoft\\Crypto\\RSA\\S-1-5-21-1-2-3-1001',
    });
    const [finding] = document.findings;
    expect(finding?.facts.find((fact) => fact.name === 'ownerName')?.value).toBe('olga');
    expect(finding?.repair.steps[0]?.shown).toMatch(/^C:\\Windows\\System32\\icacls\.exe /);
    expect(finding?.repair).not.toHaveProperty('blocked');
  });

  it('says why a finding cannot be repaired from here', () => {
    const [finding] = diagnosisJson(STRANDED_FOR_SYSTEM, repairsOf(STRANDED_FOR_SYSTEM), 'L').findings;
    expect(finding?.repair).toEqual({
      risk: 'manual',
      steps: [],
      blocked: {
        why: 'the key is protected for olga; SYSTEM cannot open it',
        who: 'olga (S-1-5-21-1-2-3-1001)',
        command: 'iis-ssl-heal fix --only stranded-key',
        instead: {
          says: 'whoever has the PFX file of the certificate needs no owner',
          command: 'iis-ssl-heal fix --pfx FILE',
        },
        offer: {
          says: 'a task that moves it when olga logs on next',
          command: 'iis-ssl-heal schedule install --owner',
        },
      },
    });
  });
});

describe('runJson', () => {
  const move = repairsOf(STRANDED).plans[0] as Plan;
  const { blocked } = repairsOf(STRANDED_FOR_SYSTEM);
  const runs = {
    healed: { runId: 'R', plans: [doneReport(move)], blocked: [], after: HEALTHY, outcome: 'healed' },
    'nothing-to-do': { plans: [], blocked: [], after: HEALTHY, outcome: 'nothing-to-do' },
    planned: { plans: [reportOf(move, 'nothing-done', [])], blocked: [], outcome: 'planned' },
    'needs-person': { plans: [], blocked, after: STRANDED_FOR_SYSTEM, outcome: 'needs-person' },
    'rolled-back': {
      runId: 'R',
      plans: [reportOf(move, 'rolled-back', ['failed'], 'no')],
      blocked: [],
      after: STRANDED,
      outcome: 'rolled-back',
    },
  } as const;

  it.each(Object.entries(runs))('keeps to its schema: %s', (verdict, run) => {
    const document = runJson(run, 'L', HEALTHY.evidence);
    expect(complaints('fix', document)).toEqual([]);
    expect(document.verdict).toBe(verdict);
  });

  it('shows the steps as the journal does, and no secret', () => {
    const document = runJson(runs.healed, 'L', HEALTHY.evidence);
    expect(document.plans[0]?.steps[1]).toEqual({
      title: 'Export the certificate with its key to a transfer file',
      shown: expect.stringMatching(/certutil\.exe -f -p \*{8} -exportPFX MY /),
      outcome: 'done',
    });
    expect(document.runId).toBe('R');
    expect(runJson(runs.planned, 'L', HEALTHY.evidence)).toMatchObject({ runId: null, after: null });
  });
});
