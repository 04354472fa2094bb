// The main job, as a user has it: the built program on a lab, judged by an outside TLS client.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mailServerConfig } from '../support/mail-server-config.ts';
import { clientSees, configOf, heal, newFolder, newLab, registryOf, snapshot } from '../support/program.ts';

const WILDCARD = '0.0.0.0:443';

/** The section with what stands in front of it on its line; a comment may name it too. */
const SECTION = /\s*<customMetadata>\n[\s\S]*<\/customMetadata>/;

describe('a stranded key', () => {
  it('is found after the reboot, healed for good, and a second fix changes nothing', async () => {
    const lab = await newLab('stranded-key');
    const before = (await clientSees(lab))[WILDCARD];
    expect(before).toMatch(/^[0-9A-F]{40}$/);
    await heal('lab', 'reboot', lab);
    expect((await clientSees(lab))[WILDCARD]).toBeUndefined();

    const check = await heal('check', '--lab', lab);
    expect(check.code).toBe(1);
    expect(check.out).toContain('stranded-key');
    expect(check.out).toContain('olga');

    const fix = await heal('fix', '--lab', lab, '--yes');
    expect({ code: fix.code, err: fix.err.includes('error') }).toEqual({ code: 0, err: false });
    expect((await clientSees(lab))[WILDCARD]).toBe(before);
    await heal('lab', 'reboot', lab);
    expect((await clientSees(lab))[WILDCARD]).toBe(before);

    const healed = snapshot(lab);
    expect((await heal('fix', '--lab', lab, '--yes')).code).toBe(0);
    expect(snapshot(lab)).toEqual(healed);
  });

  it('is found before any reboot, while HTTPS still works', async () => {
    const lab = await newLab('stranded-key');
    const check = await heal('check', '--lab', lab);
    expect(check.code).toBe(1);
    expect(check.out.replaceAll(/\s+/g, ' ')).toContain('will stop at the next reboot');
  });

  it.each(['system', 'other-admin'])('is not touched by %s, who is told whose session it takes', async (who) => {
    const lab = await newLab('stranded-key');
    await heal('lab', 'reboot', lab);
    const before = snapshot(lab);
    const fix = await heal('fix', '--lab', lab, '--as', who, '--yes');
    expect(fix.code).toBe(3);
    expect(fix.out).toContain('olga');
    expect(fix.out).toContain(`iis-ssl-heal fix --only stranded-key --lab ${lab}`);
    expect(snapshot(lab)).toEqual(before);
  });
});

describe('a stale hash', () => {
  it('is found before the restart, heals file and record after it, and comes to no harm by another restart', async () => {
    const healthy = readFileSync(configOf(await newLab()));
    const lab = await newLab('stale-hash');
    expect((await heal('check', '--lab', lab)).code).toBe(1);
    await heal('lab', 'restart-iis', lab);
    expect((await clientSees(lab))[WILDCARD]).toBeUndefined();
    expect((await heal('fix', '--lab', lab, '--yes')).code).toBe(0);
    expect(readFileSync(configOf(lab)).equals(healthy)).toBe(true);
    await heal('lab', 'restart-iis', lab);
    expect((await clientSees(lab))[WILDCARD]).toMatch(/^[0-9A-F]{40}$/);
    expect((await heal('check', '--lab', lab)).code).toBe(0);
  });

  it.each([
    ['line feeds', (text: string) => text.replaceAll('\r\n', '\n')],
    ['carriage returns and line feeds', (text: string) => text.replaceAll(/\r?\n/g, '\r\n')],
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    ['no customMetadata at all', (text: string) => text.replace(SECTION, '')],
    ['an empty customMetadata', (text: string) => text.replace(SECTION, '\n    <customMetadata />')],
  ])("leaves a real server's configuration as it was, with %s", async (_name, spelled) => {
    const file = join(newFolder(), 'applicationHost.config');
    writeFileSync(file, spelled(mailServerConfig.toString('utf8')));
    const lab = join(newFolder(), 'lab');
    expect((await heal('lab', 'create', lab, '--config', file, '--fault', 'stale-hash')).code).toBe(0);
    expect((await heal('check', '--lab', lab)).code).toBe(1);
    expect((await heal('fix', '--lab', lab, '--yes')).code).toBe(0);
    expect(readFileSync(configOf(lab)).equals(readFileSync(file))).toBe(true);
    await heal('lab', 'restart-iis', lab);
    expect(Object.values(await clientSees(lab)).every((seen) => seen !== undefined)).toBe(true);
  });
});

describe('a mail server whose front end has lost its records, with no memory of them', () => {
  it('heals the file, and leaves the choice between two certificates to a person', async () => {
    const file = join(newFolder(), 'applicationHost.config');
    writeFileSync(file, mailServerConfig);
    const lab = join(newFolder(), 'lab');
    await heal('lab', 'create', lab, '--config', file, '--fault', 'stale-hash');
    await heal('lab', 'restart-iis', lab);
    const fix = await heal('fix', '--lab', lab, '--yes');
    expect(fix.code).toBe(3);
    expect(fix.out.replaceAll(/\s+/g, ' ')).toContain('several certificates fit, and no earlier state says which');
    expect(readFileSync(configOf(lab)).equals(readFileSync(file))).toBe(true);
  });
});

describe('all faults at once', () => {
  it.each([
    ['before a reboot', []],
    ['after a restart of IIS and a reboot', ['restart-iis', 'reboot']],
  ])('are healed in one fix, %s', async (_name, events) => {
    const lab = await newLab('stranded-key', 'stale-hash', 'lost-binding');
    for (const event of events) await heal('lab', event, lab);
    expect((await heal('fix', '--lab', lab, '--yes')).code).toBe(0);
    await heal('lab', 'restart-iis', lab);
    await heal('lab', 'reboot', lab);
    expect((await heal('check', '--lab', lab)).code).toBe(0);
    const seen = await clientSees(lab);
    expect(new Set(Object.values(seen)).size).toBe(2);
  });
});

describe('looking', () => {
  it('writes nothing, and shows the commands that a real run then records', async () => {
    const lab = await newLab('stranded-key', 'stale-hash', 'lost-binding');
    const before = snapshot(lab);
    await heal('check', '--lab', lab);
    const dry = await heal('fix', '--lab', lab, '--dry-run', '--json');
    expect(dry.code).toBe(1);
    expect(snapshot(lab)).toEqual(before);
    expect((await heal('fix', '--lab', lab)).code).toBe(3);
    expect(snapshot(lab)).toEqual(before);

    const wet = await heal('fix', '--lab', lab, '--yes', '--json');
    expect(wet.code).toBe(0);
    expect(shownBy(wet.out)).toEqual(shownBy(dry.out));
    // What was so already is no act, and has no entry.
    expect(recordedIn(lab)).toEqual(shownBy(wet.out, 'done'));
  });
});

const shownBy = (json: string, only?: string): readonly string[] =>
  (JSON.parse(json) as { plans: { steps: { shown: string; outcome: string }[] }[] }).plans.flatMap(({ steps }) =>
    steps.filter(({ outcome }) => only === undefined || outcome === only).map(({ shown }) => shown),
  );

/** What the journal recorded, step by step. */
function recordedIn(lab: string): readonly string[] {
  return Object.keys(snapshot(join(lab, 'ProgramData', 'iis-ssl-heal', 'runs')))
    .filter((path) => path.endsWith('-begin.json') && !path.includes('undo'))
    .map((path) => (JSON.parse(readFileSync(path, 'utf8')) as { shown: string }).shown);
}

describe('undo', () => {
  it('takes the last run back, and twice is harmless', async () => {
    const lab = await newLab('stranded-key', 'stale-hash', 'lost-binding');
    const config = join(newFolder(), 'before.config');
    copyFileSync(configOf(lab), config);
    const registry = registryOf(lab);
    expect((await heal('fix', '--lab', lab, '--yes')).code).toBe(0);
    expect((await heal('undo', '--lab', lab)).code).toBe(3);
    expect((await heal('undo', '--lab', lab, '--yes')).code).toBe(0);
    expect(readFileSync(configOf(lab)).equals(readFileSync(config))).toBe(true);
    expect(registryOf(lab)).toEqual(registry);
    expect((await heal('undo', '--lab', lab, '--yes')).code).toBe(0);
  });
});
