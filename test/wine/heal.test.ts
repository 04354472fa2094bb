// The main job on a server of Windows paths, a real registry and real processes.

import { describe, expect, it } from 'vitest';
import { CONFIG_PATH } from '../../src/lab/applied-config.ts';
import type { MemoryDisk } from '../../src/lab/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { rebootLab } from '../../src/lab/reboot.ts';
import { restartIis } from '../../src/lab/restart-iis.ts';
import { labOnFreePort } from './lay-out.ts';
import { drive, heal, storesAndRecords, windows, withServer } from './server.ts';

const reboot = (lab: MemoryDisk): MemoryDisk => {
  rebootLab(openLab(lab));
  return lab;
};

const restart = (lab: MemoryDisk): MemoryDisk => {
  restartIis(openLab(lab));
  return lab;
};

describe('the .exe under Wine', () => {
  it('finds a healthy server healthy', async () => {
    await withServer(await labOnFreePort(), async () => {
      const check = await heal('check');
      expect(check).toMatchObject({ code: 0, err: '' });
      expect(check.out).toContain('HTTPS is healthy: nothing is wrong with 2 https site bindings.');
      expect(check.out).toContain('by labsrv\\olga');
    });
  });

  it.each([
    ['stranded-key', reboot],
    ['stale-hash', restart],
    ['lost-binding', (lab: MemoryDisk) => lab],
  ] as const)('checks, fixes and takes back: %s', async (fault, then) => {
    await withServer(then(await labOnFreePort(fault)), async () => {
      const check = await heal('check');
      expect(check).toMatchObject({ code: 1, err: '' });
      expect(check.out).toContain(fault);

      const [config, registry] = [drive().read(CONFIG_PATH), await storesAndRecords()];
      const fix = await heal('fix', '--yes');
      expect({ code: fix.code, out: fix.code === 0 ? '' : fix.out + fix.err }).toEqual({ code: 0, out: '' });
      await windows('lab-reboot');
      expect(await heal('check')).toMatchObject({ code: 0 });
      expect(await heal('fix', '--yes')).toMatchObject({ code: 0 });

      const undo = await heal('undo', '--yes');
      expect({ code: undo.code, out: undo.code === 0 ? '' : undo.out + undo.err }).toEqual({ code: 0, out: '' });
      expect(drive().read(CONFIG_PATH)).toEqual(config);
      expect(await storesAndRecords()).toBe(registry);
    });
  });
});
