// The interactive session at a real pseudo-terminal, with Wine's console in between.

import { describe, expect, it } from 'vitest';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { openLab } from '../../src/lab/open.ts';
import { rebootLab } from '../../src/lab/services/reboot.ts';
import { type Answer, atTerminalOf, CTRL_C, ENTER, hasTerminal } from '../support/terminal.ts';
import { labOnFreePort } from './lay-out.ts';
import { wineEnvironment } from './prefix.ts';
import { drive, HEAL, heal, storesAndRecords, thisWindows, withServer } from './server.ts';

if (!hasTerminal) console.warn("skipped: no 'script' program here, so no pseudo-terminal");

function atTerminal(answer: Answer): Promise<{ code: number; screen: string }> {
  const prefix = thisWindows();
  return atTerminalOf([prefix.loader, HEAL], { ...wineEnvironment(prefix), NO_COLOR: '1', TERM: 'xterm' }, answer);
}

describe.skipIf(!hasTerminal)('the interactive session under Wine', () => {
  it('heals all faults when every question is answered with yes or the recommended choice', async () => {
    const lab = await labOnFreePort('stranded-key', 'stale-hash', 'lost-binding');
    rebootLab(openLab(lab));
    await withServer(lab, async () => {
      const { code, screen } = await atTerminal((question) => {
        if (question.includes('Which way out?')) return ENTER;
        return question.includes('Apply this repair?') ? `y${ENTER}` : undefined;
      });
      expect({ code, screen: code === 0 ? '' : screen }).toEqual({ code: 0, screen: '' });
      expect((await heal('check')).code).toBe(0);
    });
  });

  it('changes nothing when a person leaves with Ctrl-C at a question', async () => {
    await withServer(await labOnFreePort('lost-binding'), async () => {
      const before = [drive().read(CONFIG_PATH), await storesAndRecords()];
      const { code, screen } = await atTerminal((question) =>
        question.includes('Apply this repair?') ? CTRL_C : undefined,
      );
      expect({ code, screen: code === 3 ? '' : screen }).toEqual({ code: 3, screen: '' });
      expect([drive().read(CONFIG_PATH), await storesAndRecords()]).toEqual(before);
    });
  });
});
