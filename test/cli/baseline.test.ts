// The last healthy state: saved when there is one, and what a lost record is restored from, every setting kept.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withStaleEntry } from '../../src/lab/config/config-entry.ts';
import { clientSees, configOf, heal, newLab, registryOf, snapshot } from '../support/program.ts';

describe('baseline', () => {
  it('is saved of a healthy server, shown, and gives a lost record back exactly', async () => {
    const lab = await newLab();
    expect((await heal('baseline', 'show', '--lab', lab)).out).toContain('Nothing is remembered');
    const healthy = registryOf(lab);
    const seen = await clientSees(lab);
    expect((await heal('baseline', 'save', '--lab', lab)).code).toBe(0);
    const shown = await heal('baseline', 'show', '--lab', lab, '--json');
    const { baseline } = JSON.parse(shown.out) as { baseline: { states: { records: unknown[] }[] } };
    expect(baseline.states.map(({ records }) => records.length)).toEqual([2]);

    loseRecords(lab);
    const check = await heal('check', '--lab', lab);
    expect(check.code).toBe(1);
    expect((await heal('fix', '--lab', lab, '--yes')).code).toBe(0);
    expect(await clientSees(lab)).toEqual(seen);
    expect(settingsIn(registryOf(lab))).toEqual(settingsIn(healthy));
  });

  it('is not saved of a server that is not healthy, and nothing is written', async () => {
    const lab = await newLab('stale-hash');
    const before = snapshot(lab);
    const save = await heal('baseline', 'save', '--lab', lab);
    expect({ code: save.code, out: save.out }).toEqual({ code: 1, out: '' });
    expect(snapshot(lab)).toEqual(before);
  });

  it('that is damaged is told, and nothing is restored from it', async () => {
    const lab = await newLab();
    await heal('baseline', 'save', '--lab', lab);
    writeFileSync(join(lab, 'ProgramData', 'iis-ssl-heal', 'baseline.json'), '{');
    const show = await heal('baseline', 'show', '--lab', lab);
    expect(show.code).toBe(4);
    expect(show.err).toContain('not JSON');
    const damaged = snapshot(lab);
    const check = await heal('check', '--lab', lab);
    expect({ code: check.code, err: check.err }).toEqual({
      code: 0,
      err: `This healthy state was not remembered: C:\\ProgramData\\iis-ssl-heal\\baseline.json cannot be read (the baseline is not JSON); to put a new one in its place: iis-ssl-heal baseline save --lab ${lab}.\n`,
    });
    expect(snapshot(lab)).toEqual(damaged);

    const save = await heal('baseline', 'save', '--lab', lab);
    expect({ code: save.code, told: save.err.includes('baseline.json.damaged') }).toEqual({ code: 0, told: true });
    expect(readFileSync(`${baselineIn(lab)}.damaged`, 'utf8')).toBe('{');
    expect((await heal('baseline', 'show', '--lab', lab)).out).toContain('Seen healthy from');
  });

  it('is written by a check of a healthy server, and by no other check', async () => {
    const lab = await newLab();
    const fresh = snapshot(lab);
    expect((await heal('check', '--lab', lab, '--only', 'stale-hash')).code).toBe(0);
    expect(snapshot(lab)).toEqual(fresh);
    const first = await heal('check', '--lab', lab, '--json');
    expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' });
    const remembered = snapshot(lab);
    expect(Object.keys(remembered)).toContain(baselineIn(lab));
    const second = await heal('check', '--lab', lab, '--json');
    expect(snapshot(lab)).toEqual(remembered);
    const { verdict } = JSON.parse(second.out) as { verdict: string };
    expect({ code: second.code, err: second.err, verdict }).toEqual({ code: 0, err: '', verdict: 'healthy' });

    loseRecords(lab);
    const broken = snapshot(lab);
    expect((await heal('check', '--lab', lab)).code).toBe(1);
    expect(snapshot(lab)).toEqual(broken);
  });
});

describe('a certificate without the name of its binding', () => {
  it('is meant once a person has said so, and stays so; a better one in the store is never passed over', async () => {
    const lab = await newLab('wrong-name');
    const better = await heal('check', '--lab', lab, '--json');
    expect(better.code).toBe(1);
    expect((await heal('baseline', 'save', '--lab', lab)).code).toBe(1);
    const thumbprint = /and [^ ]* \(([0-9A-F]{8})\) in LocalMachine\\\\MY has it/.exec(better.out)?.[1] ?? 'none';
    const entries = Object.entries(registryOf(lab) as Record<string, unknown>);
    const without = entries.filter(([key]) => !key.includes(`\\${thumbprint}`));
    expect(without).toHaveLength(entries.length - 1);
    writeFileSync(join(lab, 'registry.json'), JSON.stringify(Object.fromEntries(without)));

    const warned = await heal('check', '--lab', lab);
    expect(warned.code).toBe(1);
    expect(warned.out).toContain('iis-ssl-heal baseline save');
    const save = await heal('baseline', 'save', '--lab', lab);
    expect({ code: save.code, told: save.out.includes('for shop.example.test, a name that it does not have') }).toEqual(
      {
        code: 0,
        told: true,
      },
    );
    expect((await heal('check', '--lab', lab)).code).toBe(0);
    // Another state is remembered by itself, and what was accepted goes with it.
    const config = readFileSync(configOf(lab), 'utf8');
    writeFileSync(configOf(lab), config.replace('name="Shop"', 'name="Store"'));
    expect((await heal('check', '--lab', lab)).code).toBe(0);
    expect((await heal('check', '--lab', lab)).code).toBe(0);
  });
});

const baselineIn = (lab: string): string => join(lab, 'ProgramData', 'iis-ssl-heal', 'baseline.json');

describe('a record that the ABO mapper has overwritten', () => {
  /** A server that was seen healthy, and whose first record then lost its settings to a good hash in 5506. */
  async function overwritten(): Promise<{ readonly lab: string; readonly healthy: unknown; readonly config: Buffer }> {
    const lab = await newLab();
    const [healthy, config] = [settingsIn(registryOf(lab)), readFileSync(configOf(lab))];
    await heal('check', '--lab', lab);
    const shown = JSON.parse((await heal('baseline', 'show', '--lab', lab, '--json')).out) as {
      baseline: { states: { records: { thumbprint: string }[] }[] };
    };
    const hash = Buffer.from(shown.baseline.states[0]!.records[0]!.thumbprint, 'hex').toString('base64');
    const entry = withStaleEntry(config.toString('utf8'), 1).replace('442jqCFFZ77jBhZ7QYHKXuK9drc=', hash);
    writeFileSync(configOf(lab), entry);
    await heal('lab', 'restart-iis', lab);
    expect(settingsIn(registryOf(lab))).not.toEqual(healthy);
    return { lab, healthy, config };
  }

  it('is found, and put back exactly', async () => {
    const { lab, healthy, config } = await overwritten();
    const check = await heal('check', '--lab', lab);
    expect(check.code).toBe(1);
    expect(check.out.replaceAll(/\s+/g, ' ')).toContain('if this is meant: iis-ssl-heal baseline save.');
    expect((await heal('fix', '--lab', lab, '--yes')).code).toBe(0);
    expect(settingsIn(registryOf(lab))).toEqual(healthy);
    expect(readFileSync(configOf(lab)).equals(config)).toBe(true);
    expect((await heal('undo', '--lab', lab, '--yes')).code).toBe(0);
    expect((await heal('check', '--lab', lab)).code).toBe(1);
  });

  it('is what is meant once a person has said so', async () => {
    const { lab } = await overwritten();
    expect((await heal('baseline', 'save', '--lab', lab)).code).toBe(0);
    const now = settingsIn(registryOf(lab));
    expect((await heal('check', '--lab', lab)).code).toBe(0);
    expect((await heal('fix', '--lab', lab, '--yes=disruptive')).code).toBe(0);
    expect(settingsIn(registryOf(lab))).toEqual(now);
  });
});

it('a record that another product has registered for a site is meant once a person has said so', async () => {
  const lab = await newLab();
  const file = join(lab, 'registry.json');
  const text = readFileSync(file, 'utf8');
  const sstp = Buffer.from('8059 19ba 49cd 8b45 9e23 c84ee0adcd75'.replaceAll(' ', ''), 'hex').toString('hex');
  writeFileSync(file, text.replace('81e1c34d4be1214ab02259fc669b0914', sstp));
  expect(readFileSync(file, 'utf8')).not.toBe(text);
  const check = await heal('check', '--lab', lab);
  expect(check.code).toBe(1);
  expect(check.out.replaceAll(/\s+/g, ' ')).toContain('has registered it, and not IIS');
  expect((await heal('baseline', 'save', '--lab', lab)).code).toBe(0);
  expect((await heal('check', '--lab', lab)).code).toBe(0);
});

/** Every record is gone, as when another product has cleaned up too thoroughly. */
function loseRecords(lab: string): void {
  const file = join(lab, 'registry.json');
  const keys = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>);
  writeFileSync(
    file,
    JSON.stringify(Object.fromEntries(keys.filter(([key]) => !/Ssl(?:Sni)?BindingInfo\\/.test(key)))),
  );
}

/** The values of all records, whatever the GUID that an SNI record's key is called by. */
const settingsIn = (registry: unknown): readonly unknown[] =>
  Object.entries(registry as Record<string, unknown>)
    .filter(([key]) => /Ssl(?:Sni)?BindingInfo\\/.test(key))
    .map(([key, values]) => [key.replace(/\{[^}]*\}$/, ''), values])
    .sort();
