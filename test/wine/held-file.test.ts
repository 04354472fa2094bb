// Sharing violations as Windows has them: another process has applicationHost.config open.

import { describe, expect, it } from 'vitest';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { labOnFreePort } from './lay-out.ts';
import { drive, heal, storesAndRecords, whileHeld, withServer } from './server.ts';

describe('applicationHost.config in the hands of another process', () => {
  it('that shares nothing: nothing is judged, and nothing is changed', async () => {
    await withServer(await labOnFreePort('stale-hash'), async () => {
      const before = drive().read(CONFIG_PATH);
      const { check, fix } = await whileHeld(CONFIG_PATH, 'none', async () => ({
        check: await heal('check'),
        fix: await heal('fix', '--yes'),
      }));
      expect(check.code).toBe(4);
      expect(check.out.replaceAll(/\s+/g, ' ')).toContain('another process holds it (EBUSY)');
      expect(fix.code).toBe(4);
      expect(drive().read(CONFIG_PATH)).toEqual(before);
    });
  });

  it('that shares all: it cannot be replaced; what was done is taken back, and the next try heals', async () => {
    await withServer(await labOnFreePort('stale-hash'), async () => {
      const [before, registry] = [drive().read(CONFIG_PATH), await storesAndRecords()];
      const held = await whileHeld(CONFIG_PATH, 'all', () => heal('fix', '--yes'));
      expect(held.code).toBe(5);
      expect((held.out + held.err).replaceAll(/\s+/g, ' ')).toContain('another process has it open');
      expect(drive().read(CONFIG_PATH)).toEqual(before);
      expect(await storesAndRecords()).toBe(registry);
      const folder = drive().list(CONFIG_PATH.slice(0, CONFIG_PATH.lastIndexOf('\\')));
      expect(folder?.files).toEqual(['applicationHost.config', 'redirection.config']);
      expect(await heal('fix', '--yes')).toMatchObject({ code: 0 });
    });
  });
});
