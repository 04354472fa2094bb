// The interactive session at a real pseudo-terminal, which `script` (util-linux) makes.

import { describe, expect, it } from 'vitest';
import { clientSees, heal, newLab, PROGRAM, snapshot } from '../support/program.ts';
import { type Answer, atTerminalOf, CTRL_C, ENTER, hasTerminal } from '../support/terminal.ts';

const atTerminal = (args: readonly string[], answer: Answer) =>
  atTerminalOf([process.execPath, PROGRAM, ...args], { ...process.env, NO_COLOR: '1', TERM: 'xterm' }, answer);

if (!hasTerminal) console.warn("skipped: no 'script' program here, so no pseudo-terminal");

const yesToAll = (question: string): string | undefined => {
  if (question.includes('Which way out?')) return ENTER;
  return question.includes('Apply this repair?') ? `y${ENTER}` : undefined;
};

const FAULTS = ['stranded-key', 'stale-hash', 'lost-binding'];

describe.skipIf(!hasTerminal)('the interactive session', () => {
  it('heals all faults when every question is answered with yes or the recommended choice', async () => {
    const lab = await newLab(...FAULTS);
    await heal('lab', 'reboot', lab);
    const { code, screen } = await atTerminal(['--lab', lab], yesToAll);
    expect({ code, screen: code === 0 ? '' : screen }).toEqual({ code: 0, screen: '' });
    expect(Object.values(await clientSees(lab))).not.toContain(undefined);
    expect((await heal('check', '--lab', lab)).code).toBe(0);
  });

  it('changes nothing when the answer is no', async () => {
    const lab = await newLab(...FAULTS);
    const before = snapshot(lab);
    const no = (question: string) => (question.includes('Which way out?') ? ENTER : yesToAll(question) && `n${ENTER}`);
    const { code } = await atTerminal(['--lab', lab], no);
    expect(code).toBe(3);
    expect(snapshot(lab)).toEqual(before);
  });

  it('changes nothing when a person leaves with Ctrl-C at a question', async () => {
    const lab = await newLab(...FAULTS);
    const before = snapshot(lab);
    const { code } = await atTerminal(['fix', '--lab', lab], (question) => yesToAll(question) && CTRL_C);
    expect(code).toBe(3);
    expect(snapshot(lab)).toEqual(before);
  });

  it('shows a repair with its exact commands where that is asked for, and asks again', async () => {
    const lab = await newLab('stranded-key');
    const before = snapshot(lab);
    let asked = 0;
    const { code, screen } = await atTerminal(['--lab', lab], (question) => {
      asked += 1;
      return yesToAll(question) && (asked === 1 ? `s${ENTER}` : CTRL_C);
    });
    // While HTTPS works, a relief would do nothing.
    expect(screen).not.toContain('Which way out?');
    expect([asked, code]).toEqual([2, 3]);
    expect(snapshot(lab)).toEqual(before);
    const plain = screen.replaceAll(/\s+/g, '');
    expect(plain).toContain('certutil.exe-f-p********-exportPFXMY');
    expect(plain).toContain('netsh.exehttpdeletesslcertipport=0.0.0.0:443');
  });

  it('asks three times for the password of a PFX, never shows it, and then gives up', async () => {
    const lab = await newLab('stranded-key');
    const before = snapshot(lab);
    const pfx = new URL('../fixtures/pfx/aes.pfx', import.meta.url).pathname;
    let asked = 0;
    const { code, screen } = await atTerminal(['fix', '--lab', lab, '--pfx', pfx], (question) => {
      if (!/assword/.test(question)) return undefined;
      asked += 1;
      return `wr0ng-secret${ENTER}`;
    });
    expect({ code, asked }).toEqual({ code: 2, asked: 3 });
    expect(screen).not.toContain('wr0ng-secret');
    expect(snapshot(lab)).toEqual(before);
  });
});
