// Real processes, really killed: the crash model's sample in the world.

import { spawn } from 'node:child_process';
import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { clientSees, heal, newLab, PROGRAM, scheduleIn, snapshot } from './program.ts';

const FAULTS = ['stranded-key', 'stale-hash', 'lost-binding'];

/** Starts a fix and ends it after so many milliseconds; where that falls is left to chance. Its exit code, if it had one. */
async function endedFix(
  lab: string,
  milliseconds: number,
  signal: NodeJS.Signals,
  ...more: readonly string[]
): Promise<number | null> {
  const child = spawn(process.execPath, [PROGRAM, 'fix', '--lab', lab, '--yes', ...more], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await after(milliseconds);
  child.kill(signal);
  return ended;
}

const leftovers = (lab: string): readonly string[] =>
  Object.keys(snapshot(lab)).filter((path) => /\.pfx$|\.iis-ssl-heal\.tmp$|lock\.json$/.test(path));

describe('a fix that is killed', () => {
  it.each([120, 200, 280, 360, 440, 560, 700])('after %d ms is made good by the next one', async (milliseconds) => {
    const lab = await newLab(...FAULTS);
    await heal('lab', 'reboot', lab);
    await endedFix(lab, milliseconds, 'SIGKILL');
    const fix = await heal('fix', '--lab', lab, '--yes');
    expect({ code: fix.code, err: fix.code === 0 ? '' : fix.err }).toEqual({ code: 0, err: '' });
    await heal('lab', 'reboot', lab);
    expect((await heal('check', '--lab', lab)).code).toBe(0);
    expect(Object.values(await clientSees(lab))).not.toContain(undefined);
    expect(leftovers(lab)).toEqual([]);
  });
});

describe('an unattended run that is killed', () => {
  it.each([150, 250, 350, 450, 600])('after %d ms is made good by the task at the next boot', async (milliseconds) => {
    const lab = await newLab('stale-hash', 'lost-binding');
    await scheduleIn(lab);
    await endedFix(lab, milliseconds, 'SIGKILL', '--unattended', '--as', 'system');
    const boot = await heal('lab', 'reboot', lab);
    const check = await heal('check', '--lab', lab);
    expect({ code: check.code, boot: check.code === 0 ? '' : boot.err }).toEqual({ code: 0, boot: '' });
    expect(Object.values(await clientSees(lab))).not.toContain(undefined);
    expect(leftovers(lab)).toEqual([]);
  });
});

describe('a fix that a person stops with Ctrl-C', () => {
  it.each([50, 250, 450, 650])(
    'after %d ms is finished, taken back, or was not begun, and says which',
    async (milliseconds) => {
      const lab = await newLab(...FAULTS);
      const before = (await heal('check', '--lab', lab, '--json')).out;
      const code = await endedFix(lab, milliseconds, 'SIGINT');
      const after = (await heal('check', '--lab', lab, '--json')).out;
      const findings = (json: string) =>
        (JSON.parse(json) as { findings: { id: string }[] }).findings.map(({ id }) => id);
      // Stopped before node has come to listen, the process has no code of its own, and has done nothing.
      expect([0, 3, 5, null]).toContain(code);
      if (code === 0) expect(findings(after)).toEqual([]);
      if (code === 3 || code === null) expect(findings(after)).toEqual(findings(before));
      expect(leftovers(lab)).toEqual([]);
    },
  );
});

describe('two fixes at once', () => {
  it('do not come into each other: one is refused, or finds nothing left to do', async () => {
    const lab = await newLab(...FAULTS);
    await heal('lab', 'reboot', lab);
    const both = await Promise.all([heal('fix', '--lab', lab, '--yes'), heal('fix', '--lab', lab, '--yes')]);
    const codes = both.map(({ code }) => code);
    expect(codes).toContain(0);
    expect(codes.every((code) => code === 0 || code === 7)).toBe(true);
    expect((await heal('check', '--lab', lab)).code).toBe(0);
    expect(leftovers(lab)).toEqual([]);
  });
});
