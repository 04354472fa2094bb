// Evidence of the server under Wine, by the .exe and by the script that Wine's own cmd runs, judged on Linux.

import { describe, expect, it } from 'vitest';
import { openLab } from '../../src/lab/open.ts';
import { rebootLab } from '../../src/lab/services/reboot.ts';
import { heal as onLinux } from '../support/program.ts';
import { labOnFreePort } from './lay-out.ts';
import { runIn } from './prefix.ts';
import { drive, heal, onHost, thisWindows, withServer } from './server.ts';

interface Checked {
  readonly verdict: string;
  readonly findings: readonly { readonly id: string }[];
  readonly notChecked: readonly { readonly what: string; readonly why: string }[];
}

const judged = async (...names: readonly string[]): Promise<Checked> =>
  JSON.parse((await onLinux('check', '--json', '--from', onHost(...names))).out) as Checked;

describe('collect under Wine', () => {
  it('gives evidence that is judged on Linux as the server was on itself', async () => {
    const lab = await labOnFreePort('stranded-key', 'stale-hash');
    rebootLab(openLab(lab));
    await withServer(lab, async () => {
      const there = JSON.parse((await heal('check', '--json')).out) as Checked;
      const ids = ['stranded-key', 'stale-hash'].map((id) => expect.stringContaining(id));
      expect(there.findings.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));

      drive().remove('C:\\evidence');
      expect(await heal('collect', '--out', 'C:\\evidence')).toMatchObject({ code: 0 });
      const collected = await judged('evidence');
      expect(collected.findings.map(({ id }) => id)).toEqual(there.findings.map(({ id }) => id));
      expect(collected.notChecked).toEqual([]);

      drive().remove('C:\\collected by script');
      expect(await heal('collect', '--script', 'C:\\collect it.cmd')).toMatchObject({ code: 0 });
      // Two words in quotes need the `call`: else cmd takes the outermost quotes off.
      const script = await runIn(thisWindows(), 'cmd', ['/c', 'call', 'C:\\collect it.cmd', 'C:\\collected by script']);
      expect({ code: script.code, out: script.code === 0 ? '' : script.out }).toEqual({ code: 0, out: '' });
      const byScript = await judged('collected by script');
      expect(byScript.findings.map(({ id }) => id)).toEqual(there.findings.map(({ id }) => id));
      // A script cannot shake hands.
      expect(byScript.notChecked.map(({ what }) => what).filter((what) => !/handshake/i.test(what))).toEqual([]);
    });
  });
});
