// A plan saved, carried and applied: exactly that, or refused.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlanFile, writePlanFile } from '../../src/own-files/plan-file.ts';
import { configOf, heal, newFolder, newLab, snapshot } from '../support/program.ts';

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
    expect(fix.err).toContain('holds what this program would not do on this server:\n  Tidy up\\u001b[2J\n');
    expect(snapshot(lab)).toEqual(before);
  });

  it('is refused on another server, and takes the session that it was made for', async () => {
    const lab = await newLab('stranded-key');
    const file = await savedPlan(lab);
    const system = await heal('fix', '--lab', lab, '--as', 'system', '--plan', file, '--yes');
    expect(system.code).toBe(3);
    expect(system.err).toContain('olga');
    expect((await heal('fix', '--lab', lab, '--plan', '/no/such/plan.json', '--yes')).code).toBe(2);
    const other = await newLab('stranded-key');
    expect((await heal('fix', '--lab', other, '--plan', file, '--yes')).code).toBe(7);
  });
});

const shownBy = (json: string): readonly string[] =>
  (JSON.parse(json) as { plans: { steps: { shown: string }[] }[] }).plans.flatMap(({ steps }) =>
    steps.map(({ shown }) => shown),
  );
