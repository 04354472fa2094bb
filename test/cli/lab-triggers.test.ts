// A lab whose tasks really run: at a boot, at a logon, for an event. Nobody types a command in between.

import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { clientSees, heal, newFolder, newLab, PROGRAM, scheduleIn, snapshot } from '../support/program.ts';

const taskFile = (lab: string, name = 'iis-ssl-heal'): string => join(lab, 'Windows', 'System32', 'Tasks', name);
const runsIn = (lab: string) => JSON.parse(readFileSync(join(lab, 'tasks.json'), 'utf8')) as Record<string, unknown>;
const findings = async (lab: string): Promise<readonly string[]> => {
  const { out } = await heal('check', '--lab', lab, '--json');
  return (JSON.parse(out) as { findings: readonly { playbook: string }[] }).findings.map(({ playbook }) => playbook);
};
const retask = (lab: string, from: string | RegExp, to: string) => {
  const text = readFileSync(taskFile(lab), 'utf16le');
  expect(text.replace(from, to)).not.toBe(text);
  writeFileSync(taskFile(lab), text.replace(from, to), 'utf16le');
};

describe('lab reboot', () => {
  it('starts the self-heal task, which heals with nobody there, and prints nothing on stdout', async () => {
    const lab = await newLab('stale-hash');
    const whole = await clientSees(await newLab());
    expect(await findings(lab)).toContain('stale-hash');
    await scheduleIn(lab);
    const reboot = await heal('lab', 'reboot', lab);
    expect({ code: reboot.code, out: reboot.out }).toEqual({ code: 0, out: '' });
    expect(reboot.err).toMatch(/^Task iis-ssl-heal ran at boot: exit code \d+$/m);
    expect(reboot.err.match(/^Task /gm)).toHaveLength(1);
    expect(await findings(lab)).toEqual([]);
    const seen = await clientSees(lab);
    expect(Object.keys(seen)).toEqual(Object.keys(whole));
    expect(Object.values(seen).every((thumbprint) => thumbprint !== undefined)).toBe(true);
    expect(runsIn(lab)['iis-ssl-heal']).toMatchObject({ lastResult: expect.any(Number) });
    const status = JSON.parse((await heal('schedule', 'status', '--lab', lab, '--json')).out);
    expect(status.tasks[0]).toMatchObject({ state: 'right', lastRun: expect.stringMatching(/^3\/2\/2026 /) });
    expect(status.tasks[0].lastResult).not.toBe(267011);
  });

  it('starts it too where the program was started through a link, as npx and npm -g do', async () => {
    const lab = await newLab('stale-hash');
    await scheduleIn(lab);
    const link = join(newFolder(), 'iis-ssl-heal');
    symlinkSync(PROGRAM, link);
    const { stderr } = await promisify(execFile)(process.execPath, [link, 'lab', 'reboot', lab]);
    expect(stderr).toMatch(/^Task iis-ssl-heal ran at boot: exit code 0$/m);
    expect(await findings(lab)).toEqual([]);
  });

  it('runs nothing where nothing is registered', async () => {
    const lab = await newLab('stale-hash');
    expect((await heal('lab', 'reboot', lab)).err).not.toContain('Task');
    expect(await findings(lab)).toContain('stale-hash');
  });

  it('ends a task whose program is not there as Windows does, and status says so in words', async () => {
    const lab = await newLab();
    await scheduleIn(lab);
    retask(lab, /iis-ssl-heal\.exe/g, 'gone.exe');
    expect((await heal('lab', 'reboot', lab)).err).toMatch(/^Task iis-ssl-heal ran at boot: result 0x80070002$/m);
    const { out, code } = await heal('schedule', 'status', '--lab', lab);
    expect(code).toBe(1);
    expect(out).toContain('result 0x80070002: see iis-ssl-heal explain 0x80070002');
  });

  it("gives the task the last action's exit code", async () => {
    const lab = await newLab('stale-hash');
    await scheduleIn(lab);
    // The verification is replaced by a check that needs no flag of a task.
    retask(lab, 'check --unattended', 'check');
    expect((await heal('lab', 'reboot', lab)).err).toMatch(/^Task iis-ssl-heal ran at boot: exit code 0$/m);
    const { out } = await heal('schedule', 'status', '--lab', lab);
    expect(out).toContain('exit code 0: nothing was wrong, or everything was healed');
  });
});

describe('lab restart-iis', () => {
  // With a stale hash the mapper deletes the record and cannot make it anew: that logs 15300, which is no symptom.
  it.each([
    ['starts nothing for what a re-bind logs too', '15021', '15021', ''],
    ['starts the task whose trigger asks for it', '15021', '15300', 'for an event that was logged'],
  ])('%s', async (_name, from, to, why) => {
    const lab = await newLab('stale-hash');
    await scheduleIn(lab);
    if (from !== to) retask(lab, from, to);
    const restart = await heal('lab', 'restart-iis', lab);
    expect({ code: restart.code, out: restart.out }).toEqual({ code: 0, out: '' });
    if (why === '') expect(restart.err).not.toContain('Task');
    else expect(restart.err).toMatch(new RegExp(`^Task iis-ssl-heal ran ${why}: exit code \\d+$`, 'm'));
    expect((await findings(lab)).includes('stale-hash')).toBe(why === '');
  });
});

describe('lab logon', () => {
  it("runs the owner's task as the owner, at the owner's logon only", async () => {
    const lab = await newLab('stranded-key');
    await scheduleIn(lab, '--owner');
    const before = snapshot(lab);
    expect((await heal('lab', 'logon', lab, '--as', 'other-admin')).err).toBe('LABSRV\\karl has logged on.\n');
    expect(snapshot(lab)).toEqual(before);
    const logon = await heal('lab', 'logon', lab, '--as', 'owner');
    expect({ code: logon.code, out: logon.out }).toEqual({ code: 0, out: '' });
    expect(logon.err).toMatch(/^Task iis-ssl-heal-owner-S-1-5-21-[\d-]+-1001 ran at the logon of LABSRV\\olga: /m);
    expect(await findings(lab)).not.toContain('stranded-key');
  });

  it('refuses an unknown person, and a folder that is no lab', async () => {
    const lab = await newLab();
    expect((await heal('lab', 'logon', lab, '--as', 'system')).code).toBe(2);
    const none = await heal('lab', 'logon', newFolder());
    expect({ code: none.code, out: none.out }).toEqual({ code: 2, out: '' });
    expect(none.err).toContain('is not a lab');
  });
});

describe('what was done to a lab', () => {
  it.each([
    [['reboot'], 'stranded-key', ['The server was restarted: of 1 credentials in memory none is left.']],
    [
      ['restart-iis'],
      'stale-hash',
      ['The services of IIS were started again.', 'The ABO mapper has deleted the SSL record of 0.0.0.0:443.'],
    ],
    [['logon', '--as', 'owner'], 'stale-hash', ['LABSRV\\olga has logged on.']],
  ])('is said: lab %j', async ([verb = '', ...more], fault, lines) => {
    const lab = await newLab(fault);
    const { code, out, err } = await heal('lab', verb, lab, ...more);
    expect({ code, out, err }).toEqual({ code: 0, out: '', err: lines.map((line) => `${line}\n`).join('') });
  });
});
