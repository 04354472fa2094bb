// A plan saved, carried and applied: exactly that, or refused.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlanFile, writePlanFile } from '../../src/own-files/plan-file.ts';
import { configOf, heal, newFolder, newLab, registryOf, snapshot } from '../support/program.ts';

async function savedPlan(lab: string): Promise<string> {
  const file = join(newFolder(), 'plan.json');
  expect((await heal('plan', '--lab', lab, '--out', file)).code).toBe(0);
  return file;
}

describe('fix --plan', () => {
  it('applies exactly the commands that were saved', async () => {
    const lab = await newLab('stranded-key', 'stale-hash', 'lost-binding');
    const dry = await heal('fix', '--lab', lab, '--dry-run', '--json');
    const before = snapshot(lab);
    const file = await savedPlan(lab);
    expect(snapshot(lab)).toEqual(before);
    const fix = await heal('fix', '--lab', lab, '--plan', file, '--yes', '--json');
    expect(fix.code).toBe(0);
    expect(shownBy(fix.out)).toEqual(shownBy(dry.out));
  });

  it('is refused with what has changed since (7)', async () => {
    const lab = await newLab('stale-hash');
    const file = await savedPlan(lab);
    writeFileSync(configOf(lab), `${readFileSync(configOf(lab), 'utf8')}\r\n`);
    const before = snapshot(lab);
    const fix = await heal('fix', '--lab', lab, '--plan', file, '--yes');
    expect(fix.code).toBe(7);
    expect(fix.err).toContain('applicationHost.config has changed');
    expect(snapshot(lab)).toEqual(before);
  });

  it.each([
    ['that was edited by hand', (text: string) => text.replace('"safe"', '"disruptive"'), 7, 'checksum'],
    ['of another version', (text: string) => text.replace('"schema": 2', '"schema": 1'), 7, 'version'],
    ['that is not a plan', () => 'hello', 7, 'JSON'],
  ])('is refused for a file %s', async (_name, spoil, code, word) => {
    const lab = await newLab('stale-hash');
    const file = await savedPlan(lab);
    writeFileSync(file, spoil(readFileSync(file, 'utf8')));
    const before = snapshot(lab);
    const fix = await heal('fix', '--lab', lab, '--plan', file, '--yes');
    expect(fix.code).toBe(code);
    expect(fix.err).toContain(word);
    expect(snapshot(lab)).toEqual(before);
  });

  it('is refused for a file into which somebody has written a command, with a checksum that fits', async () => {
    const lab = await newLab('stale-hash');
    const file = await savedPlan(lab);
    const read = readPlanFile(readFileSync(file));
    if (!read.ok) throw new Error(read.error);
    const { plans, ...meta } = read.value;
    const evil = { title: 'Tidy up', shown: 'net user guest /active:yes', undo: '' };
    const forged = plans.map((plan) => ({
      ...plan,
      title: 'Tidy up\u001b[2J',
      before: {},
      digest: `sha256:${'0'.repeat(64)}`,
      steps: [...plan.steps, evil],
    }));
    writeFileSync(file, writePlanFile({ ...meta, plans: forged }));
    const before = snapshot(lab);
    const fix = await heal('fix', '--lab', lab, '--plan', file, '--yes');
    expect(fix.code).toBe(7);
    expect(fix.err).toContain(
      'holds what this program would not do on this server, and nothing was changed:\n  Tidy up\\u001b[2J\n',
    );
    expect(snapshot(lab)).toEqual(before);
  });

  it('is refused on another server, and takes the session that it was made for', async () => {
    const lab = await newLab('stranded-key');
    const file = await savedPlan(lab);
    const system = await heal('fix', '--lab', lab, '--as', 'system', '--plan', file, '--yes');
    expect(system.code).toBe(3);
    expect(system.err).toContain('olga');
    expect((await heal('fix', '--lab', lab, '--plan', '/no/such/plan.json', '--yes')).code).toBe(2);
    const other = join(newFolder(), 'lab');
    await heal('lab', 'create', other, '--fault', 'stranded-key');
    expect((await heal('fix', '--lab', other, '--plan', file, '--yes')).code).toBe(7);
  });
});

describe('--through appcmd', () => {
  const RENEW = /appcmd\.exe renew binding \/oldcert:([0-9A-F]{40}) \/newcert:\1$/;
  type Fixed = { plans: { through?: string; risk: string }[] };

  it('is what is shown, done and undone, and says so in JSON', async () => {
    const lab = await newLab('stranded-key');
    const dry = await heal('fix', '--lab', lab, '--dry-run', '--json', '--through', 'appcmd');
    expect((JSON.parse(dry.out) as Fixed).plans).toMatchObject([{ through: 'appcmd', risk: 'safe' }]);
    expect(shownBy(dry.out).filter((line) => RENEW.test(line))).toHaveLength(1);
    const fix = await heal('fix', '--lab', lab, '--yes', '--json', '--through', 'appcmd');
    expect([fix.code, shownBy(fix.out)]).toEqual([0, shownBy(dry.out)]);
    expect((await heal('undo', '--lab', lab, '--yes')).code).toBe(0);
    expect((await heal('check', '--lab', lab)).code).toBe(1);
    const netsh = await heal('fix', '--lab', lab, '--yes', '--json');
    expect([netsh.code, (JSON.parse(netsh.out) as Fixed).plans[0]?.through]).toEqual([0, 'netsh']);
  });

  it('is saved with the plan, from an evidence folder too, and applied as saved', async () => {
    const lab = await newLab('stranded-key');
    const folder = join(newFolder(), 'evidence');
    expect((await heal('collect', '--lab', lab, '--out', folder)).code).toBe(0);
    const file = join(newFolder(), 'plan.json');
    const plan = await heal('plan', '--from', folder, '--out', file, '--through', 'appcmd');
    expect(plan.code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ through: 'appcmd', plans: [{ through: 'appcmd' }] });
    const fix = await heal('fix', '--lab', lab, '--plan', file, '--yes', '--json');
    expect(fix.code).toBe(0);
    expect(shownBy(fix.out).filter((line) => RENEW.test(line))).toHaveLength(1);
  });

  it('cannot be said in a script, where nobody greets the server', async () => {
    const lab = await newLab('stranded-key');
    const file = join(newFolder(), 'heal.cmd');
    const plan = await heal('plan', '--lab', lab, '--script', file, '--through', 'appcmd');
    expect(plan.code).toBe(1);
    expect(plan.err).toMatch(
      /^not planned: .*: whether a step of it is needed takes a TLS client\nNothing was written\.\n$/,
    );
  });

  it('is refused in one sentence where appcmd is not there (7)', async () => {
    const lab = await newLab('stranded-key');
    const file = join(lab, 'lab.json');
    const told = [{ program: 'appcmd', argument: 'list', nth: 1, act: 'missing' }];
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), told }));
    const before = registryOf(lab);
    const fix = await heal('fix', '--lab', lab, '--yes', '--through', 'appcmd');
    expect([fix.code, fix.out, registryOf(lab)]).toEqual([7, '', before]);
    expect(fix.err).toMatch(/^error: appcmd cannot run the binding again: it could not be started: .*\n$/);
  });

  it('has nothing to say on a healthy server, and is refused where it names no hands (2)', async () => {
    const lab = await newLab();
    expect((await heal('fix', '--lab', lab, '--yes', '--through', 'appcmd')).code).toBe(0);
    const before = snapshot(lab);
    for (const value of ['iis', 'APPCMD', 'netsh,appcmd', '--yes'])
      for (const command of [
        ['fix', '--dry-run'],
        ['plan', '--out', 'f'],
      ]) {
        const { code, out, err } = await heal(...command, '--lab', lab, '--through', value);
        expect([code, out, err.trim().split('\n').length]).toEqual([2, '', 1]);
      }
    expect(snapshot(lab)).toEqual(before);
  });
});

const shownBy = (json: string): readonly string[] =>
  (JSON.parse(json) as { plans: { steps: { shown: string }[] }[] }).plans.flatMap(({ steps }) =>
    steps.map(({ shown }) => shown),
  );
