// The scheduled task: registered and read back, found when it is wrong, mended, removed.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { heal, newLab, snapshot } from '../support/program.ts';

const tasks = (lab: string): string => join(lab, 'Windows', 'System32', 'Tasks');
const taskFile = (lab: string): string => join(tasks(lab), 'iis-ssl-heal');
const schedule = (verb: string, lab: string, ...more: readonly string[]) =>
  heal('schedule', verb, '--lab', lab, ...more);

/** Of a lab nobody can know it. */
const PROGRAM = 'whether the folder of the program is safe: it lies on another computer than this server';

interface Status {
  readonly schema: number;
  readonly tasks: readonly { readonly name: string; readonly state: string; readonly faults: readonly string[] }[];
}
const statusOf = async (lab: string) => {
  const { code, out } = await schedule('status', lab, '--json');
  return { code, ...(JSON.parse(out) as Status) };
};

function tamper(lab: string, from: string | RegExp, to: string): void {
  const text = readFileSync(taskFile(lab), 'utf16le');
  expect(text.replace(from, to)).not.toBe(text);
  writeFileSync(taskFile(lab), text.replace(from, to), 'utf16le');
}

describe('schedule', () => {
  it('installs, shows and removes, and leaves nothing', async () => {
    const lab = await newLab();
    expect((await schedule('status', lab)).code).toBe(1);
    expect((await statusOf(lab)).tasks).toEqual([{ name: 'iis-ssl-heal', state: 'missing', faults: [] }]);
    const install = await schedule('install', lab);
    expect(install).toEqual({ code: 0, out: 'iis-ssl-heal: registered as it should be\n', err: '' });
    expect(readFileSync(taskFile(lab), 'utf16le')).toContain('<Arguments>fix --yes --unattended</Arguments>');
    expect(readdirSync(join(lab, 'ProgramData', 'iis-ssl-heal', 'work'))).toEqual([]);
    expect(await statusOf(lab)).toEqual({
      code: 0,
      schema: 1,
      tasks: [
        {
          name: 'iis-ssl-heal',
          state: 'right',
          faults: [],
          lastResult: 267011,
          nextRun: '3/2/2026 8:17:00 AM',
        },
      ],
      settings: [],
      unattended: { ready: null, reasons: [{ code: 'not-known', why: PROGRAM }] },
    });
    expect(await schedule('remove', lab)).toEqual({ code: 0, out: 'Removed: iis-ssl-heal.\n', err: '' });
    expect(readdirSync(tasks(lab))).toEqual([]);
    expect(await schedule('remove', lab)).toEqual({ code: 0, out: 'There is no task of ours.\n', err: '' });
    expect((await schedule('status', lab)).code).toBe(1);
  });

  it('says what the server could not heal with nobody there, and check says the same', async () => {
    const lab = await newLab('stranded-key');
    await schedule('install', lab);
    const status = await schedule('status', lab, '--json');
    const check = await heal('check', '--json', '--lab', lab);
    const { unattended } = JSON.parse(status.out);
    expect(unattended.ready).toBe(false);
    expect(unattended.reasons.map(({ code }: { code: string }) => code)).toEqual(['owner-needed', 'not-known']);
    expect(JSON.parse(check.out).unattended).toEqual(unattended);
    expect((await schedule('status', lab)).out).toMatch(
      /: the key is protected for [^\n]+\n[^\n]+\nunattended repairs: not ready\n$/,
    );
  });

  it('changes nothing where it is right already, and takes the risk that is said', async () => {
    const lab = await newLab();
    await schedule('install', lab, '--yes=disruptive');
    expect(readFileSync(taskFile(lab), 'utf16le')).toContain('fix --yes=disruptive --unattended<');
    const before = snapshot(tasks(lab));
    expect((await schedule('install', lab, '--yes=disruptive')).code).toBe(0);
    expect(snapshot(tasks(lab))).toEqual(before);
    expect((await statusOf(lab)).code).toBe(0);
    expect((await schedule('install', lab)).code).toBe(0);
    expect(readFileSync(taskFile(lab), 'utf16le')).toContain('fix --yes --unattended<');
  });

  it('needs no word of schtasks: it is the same on a German server, where only the times read otherwise', async () => {
    const lab = await newLab('stranded-key');
    const facts = join(lab, 'lab.json');
    writeFileSync(facts, JSON.stringify({ ...JSON.parse(readFileSync(facts, 'utf8')), language: 'de' }));
    expect((await schedule('status', lab)).code).toBe(1);
    expect((await schedule('install', lab, '--owner')).code).toBe(0);
    const { code, tasks: registered } = await statusOf(lab);
    expect(code).toBe(0);
    expect(registered.map(({ state }) => state)).toEqual(['right', 'right']);
    expect(registered[0]).toMatchObject({
      lastResult: 267011,
      nextRun: '02.03.2026 08:17:00',
    });
    expect((await schedule('status', lab)).out).toContain('  last run: none yet\n  next run: 02.03.2026 08:17:00\n');
    expect((await schedule('remove', lab)).code).toBe(0);
    expect(readdirSync(tasks(lab))).toEqual([]);
  });

  it.each<[string, string | RegExp, string, readonly string[]]>([
    ['a program that is gone', 'iis-ssl-heal.exe', 'gone.exe', ['instead of C:\\Program', 'gone.exe does not exist']],
    ['a trigger less', /<BootTrigger>[\s\S]*<\/BootTrigger>/, '', ['its BootTrigger is missing']],
    ['no repetition', /<Repetition>[\s\S]*<\/Repetition>/, '', ['its TimeTrigger is missing or has been changed']],
  ])('finds %s, and install mends it', async (_name, from, to, faults) => {
    const lab = await newLab();
    await schedule('install', lab);
    tamper(lab, from, to);
    const wrong = await schedule('status', lab);
    expect(wrong.code).toBe(1);
    for (const fault of faults) expect(wrong.out).toContain(fault);
    expect((await schedule('install', lab)).code).toBe(0);
    expect((await statusOf(lab)).tasks[0]?.state).toBe('right');
  });

  it('finds a task that was deleted by hand, and one that cannot be understood', async () => {
    const lab = await newLab();
    await schedule('install', lab);
    rmSync(taskFile(lab));
    expect((await statusOf(lab)).tasks[0]?.state).toBe('missing');
    writeFileSync(taskFile(lab), 'no task');
    const unreadable = await schedule('status', lab);
    expect({ code: unreadable.code, out: unreadable.out }).toEqual({
      code: 4,
      out: expect.stringContaining('cannot be understood'),
    });
    expect((await schedule('install', lab)).code).toBe(0);
    expect((await statusOf(lab)).code).toBe(0);
  });

  it('is not believed without schtasks, and says so', async () => {
    const lab = await newLab();
    rmSync(join(lab, 'Windows', 'System32', 'schtasks.exe'));
    const install = await schedule('install', lab);
    expect(install.code).toBe(4);
    expect(install.out).toContain('schtasks.exe does not exist');
    expect(existsSync(tasks(lab))).toBe(false);
    expect((await schedule('status', lab)).code).toBe(4);
    mkdirSync(tasks(lab));
    writeFileSync(taskFile(lab), '');
    const remove = await schedule('remove', lab);
    expect(remove.code).toBe(1);
    expect(remove.err).toContain('iis-ssl-heal is still there');
  });

  it("registers the logon task of a stranded key's owner, and none where no key is stranded", async () => {
    const lab = await newLab('stranded-key');
    expect((await schedule('install', lab, '--owner', '--as', 'system')).code).toBe(0);
    const { tasks: registered } = await statusOf(lab);
    const name = registered[1]?.name ?? '';
    expect(name).toMatch(/^iis-ssl-heal-owner-S-1-5-21-[\d-]+-1001$/);
    expect(registered.map(({ state }) => state)).toEqual(['right', 'right']);
    const xml = readFileSync(join(tasks(lab), name), 'utf16le');
    expect(xml).toContain('<Arguments>fix --only stranded-key --yes --unattended</Arguments>');
    expect(xml).toContain('<LogonType>InteractiveToken</LogonType>');
    expect((await heal('fix', '--lab', lab, '--only', 'stranded-key', '--yes', '--unattended')).code).toBe(0);
    expect((await schedule('remove', lab)).out).toContain(name);
    expect(readdirSync(tasks(lab))).toEqual([]);

    const none = await schedule('install', lab, '--owner');
    expect(none.code).toBe(0);
    expect(none.out).toContain("no owner's task is needed");
    expect(readdirSync(tasks(lab))).toEqual(['iis-ssl-heal']);
  });
});

describe('fix --unattended', () => {
  it('changes nothing without --yes, and says that nobody said it', async () => {
    const lab = await newLab('stale-hash');
    const before = snapshot(lab);
    const { code, out, err } = await heal('fix', '--lab', lab, '--unattended');
    expect(code).toBe(3);
    expect(out + err).toContain('nobody said yes');
    expect(snapshot(lab)).toEqual(before);
  });
});
