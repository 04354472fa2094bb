// Nobody there: fault, reboot, the task heals and proves it, and leaves a trail; what keeps it from that is named.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientSees, heal, newLab, scheduleIn, snapshot } from '../support/program.ts';

const ours = (lab: string, ...path: readonly string[]): string => join(lab, 'ProgramData', 'iis-ssl-heal', ...path);
const OWNER_TASK = /^iis-ssl-heal-owner-/;

interface Line {
  readonly by: string;
  readonly outcome: string;
  readonly exitCode: number;
  readonly event?: number | null;
}
const trailOf = async (lab: string): Promise<readonly Line[]> =>
  (JSON.parse((await heal('runs', '--lab', lab, '--json')).out) as { unattended: readonly Line[] }).unattended;
const outcomesOf = async (lab: string) => (await trailOf(lab)).map(({ by, outcome }) => `${by} ${outcome}`);
const applicationLog = (lab: string): string =>
  readFileSync(join(lab, 'Windows/System32/winevt/Logs/Application.xml'), 'utf8');
const taskNames = async (lab: string): Promise<readonly string[]> => {
  const { out } = await heal('schedule', 'status', '--lab', lab, '--json');
  return (JSON.parse(out) as { tasks: readonly { name: string }[] }).tasks.map(({ name }) => name);
};

describe('a scheduled self-heal', () => {
  it('heals after the reboot, proves it in a fresh process, and tells it', async () => {
    const lab = await newLab('stale-hash', 'lost-binding');
    await scheduleIn(lab);
    expect((await heal('lab', 'reboot', lab)).err).toContain('Task iis-ssl-heal ran at boot: exit code 0\n');
    expect(Object.values(await clientSees(lab)).every((thumbprint) => thumbprint !== undefined)).toBe(true);
    expect(await trailOf(lab)).toMatchObject([
      { by: 'fix', outcome: 'repaired', exitCode: 0 },
      { by: 'verify', outcome: 'healed', exitCode: 0, event: 100 },
    ]);
    expect(applicationLog(lab)).toMatch(/<Provider Name='iis-ssl-heal'\/><EventID[^>]*>100</);
    expect((await heal('runs', '--lab', lab)).out).toMatch(/verify {2}Healed: a fresh process found it in order/);
    expect((await heal('check', '--lab', lab, '--prometheus')).out).toMatch(
      /^iis_ssl_heal_last_heal_timestamp_seconds \d{10}/m,
    );
    const { out, code } = await heal('schedule', 'status', '--lab', lab);
    expect(code).toBe(0);
    expect(out).toContain('exit code 0: nothing was wrong, or everything was healed');
  });

  it('of a stranded key offers the task of its owner, which heals it for good at the next logon, and goes', async () => {
    const lab = await newLab('stranded-key');
    await scheduleIn(lab);
    await heal('lab', 'reboot', lab);
    expect(await outcomesOf(lab)).toEqual(['fix needs-person']);
    expect((await trailOf(lab))[0]).toMatchObject({ exitCode: 3, event: 200 });
    expect(applicationLog(lab)).toContain('schedule install --owner');
    await scheduleIn(lab, '--owner');
    expect((await taskNames(lab)).filter((name) => OWNER_TASK.test(name))).toHaveLength(1);
    expect((await heal('lab', 'logon', lab, '--as', 'other-admin')).err).not.toContain('Task');
    expect((await heal('lab', 'logon', lab)).err).toMatch(/ran at the logon of .*: exit code 0\n$/);
    expect(await taskNames(lab)).toEqual(['iis-ssl-heal']);
    await heal('lab', 'reboot', lab);
    expect((await heal('check', '--lab', lab)).code).toBe(0);
    expect((await outcomesOf(lab)).slice(-3)).toEqual(['fix repaired', 'verify healed', 'fix healthy']);
  });

  it('keeps the task of the owner while that key is still stranded', async () => {
    const lab = await newLab('stranded-key');
    await scheduleIn(lab, '--owner');
    writeFileSync(ours(lab, 'pause'), '');
    await heal('lab', 'logon', lab);
    expect((await taskNames(lab)).filter((name) => OWNER_TASK.test(name))).toHaveLength(1);
    expect(await outcomesOf(lab)).toEqual(['fix held-back']);
    rmSync(ours(lab, 'pause'));
    await heal('lab', 'logon', lab);
    expect(await taskNames(lab)).toEqual(['iis-ssl-heal']);
  });

  it('repairs nothing by settings that are wrong; status names the line, and mending the file is enough', async () => {
    const lab = await newLab('lost-binding');
    await scheduleIn(lab);
    writeFileSync(ours(lab, 'config.json'), '{ "formatVersion": 1,\n  "healthyMinutes": "two" }\n');
    expect((await heal('lab', 'reboot', lab)).err).toContain(
      'config.json: line 2: "healthyMinutes" must be a whole number from 0 to 20',
    );
    expect((await trailOf(lab)).at(-1)).toMatchObject({ outcome: 'settings-broken', exitCode: 3, event: 350 });
    const status = await heal('schedule', 'status', '--lab', lab);
    expect(status.code).toBe(1);
    expect(status.out).toContain('unattended repairs: C:\\ProgramData\\iis-ssl-heal\\config.json: line 2: ');
    await scheduleIn(lab);
    await heal('lab', 'reboot', lab);
    expect((await heal('check', '--lab', lab)).code).toBe(0);
  });

  it('goes on where its log cannot be written, and says so', async () => {
    const lab = await newLab('lost-binding');
    await scheduleIn(lab);
    rmSync(ours(lab, 'log'), { recursive: true });
    writeFileSync(ours(lab, 'log'), 'a file where the folder should be');
    const { code, err } = await heal('fix', '--yes', '--unattended', '--lab', lab, '--as', 'system');
    expect(code).toBe(0);
    expect(err).toMatch(/^Not written down: .*\\log/m);
    expect((await heal('check', '--lab', lab)).code).toBe(0);
  });

  it('that was deleted by hand is named by status and made again by install', async () => {
    const lab = await newLab('stale-hash');
    await scheduleIn(lab);
    rmSync(join(lab, 'Windows/System32/Tasks/iis-ssl-heal'));
    await heal('lab', 'reboot', lab);
    expect(readdirSync(ours(lab, 'log'))).toEqual([]);
    const status = await heal('schedule', 'status', '--lab', lab);
    expect([status.code, status.out.split('\n')[0]]).toEqual([
      1,
      'iis-ssl-heal: not registered: iis-ssl-heal schedule install',
    ]);
    await scheduleIn(lab);
    await heal('lab', 'reboot', lab);
    expect((await outcomesOf(lab)).at(-1)).toBe('verify healed');
  });

  it('works where schtasks answers in German', async () => {
    const lab = await newLab('stale-hash');
    const facts = JSON.parse(readFileSync(join(lab, 'lab.json'), 'utf8'));
    writeFileSync(join(lab, 'lab.json'), JSON.stringify({ ...facts, language: 'de' }));
    await scheduleIn(lab);
    await heal('lab', 'reboot', lab);
    expect((await heal('schedule', 'status', '--lab', lab)).code).toBe(0);
    expect((await outcomesOf(lab)).at(-1)).toBe('verify healed');
    expect((await heal('schedule', 'remove', '--lab', lab)).code).toBe(0);
  });
});

describe('schedule reset', () => {
  it('lets it try again what was given up, and drops a damaged memory', async () => {
    const lab = await newLab('lost-binding');
    await scheduleIn(lab);
    writeFileSync(ours(lab, 'self-heal.json'), '{');
    expect((await heal('fix', '--yes', '--unattended', '--lab', lab)).code).toBe(3);
    expect((await heal('schedule', 'status', '--lab', lab)).out).toContain('self-heal.json: it is not JSON');
    expect((await heal('schedule', 'reset', '--lab', lab)).code).toBe(0);
    expect(existsSync(ours(lab, 'self-heal.json'))).toBe(false);
    expect((await heal('fix', '--yes', '--unattended', '--lab', lab)).code).toBe(0);
  });
});

describe('fix --unattended', () => {
  it.each(['--dry-run', '--correct', '--pfx=x', '--plan=x'])('does not go with %s', async (flag) => {
    const lab = await newLab('lost-binding');
    const before = snapshot(lab);
    const { code, err } = await heal('fix', '--yes', '--unattended', flag, '--lab', lab);
    expect(code).toBe(2);
    expect(err).toMatch(/--unattended.*cannot be used with/);
    expect(snapshot(lab)).toEqual(before);
  });

  it('prints one JSON document with --json', async () => {
    const lab = await newLab('stranded-key');
    await heal('lab', 'reboot', lab);
    const { code, out } = await heal('fix', '--yes', '--unattended', '--json', '--lab', lab, '--as', 'system');
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ schema: 1, verdict: 'needs-person', exitCode: 3 });
  });

  it('moves a data folder that it has not made aside, and obeys nothing in it', async () => {
    const lab = await newLab('lost-binding');
    mkdirSync(ours(lab), { recursive: true });
    writeFileSync(ours(lab, 'pause'), '');
    const { code, err } = await heal('fix', '--yes', '--unattended', '--lab', lab, '--as', 'system');
    expect(code).toBe(0);
    const aside = /it is now C:\\ProgramData\\(\S+)\.\n/.exec(err)?.[1] ?? '';
    expect(readdirSync(join(lab, 'ProgramData', aside))).toEqual(['pause']);
    expect(existsSync(ours(lab, 'pause'))).toBe(false);
  });
});
