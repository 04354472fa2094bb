// The self-heal task: the .exe registers itself, and does what the task does.

import { describe, expect, it } from 'vitest';
import { labOnFreePort } from './lay-out.ts';
import { drive, HEAL, heal, withServer } from './server.ts';

const DATA = 'C:\\ProgramData\\iis-ssl-heal';

describe('schedule under Wine', () => {
  it('registers the .exe by its full path, finds the task right, and removes it', async () => {
    await withServer(await labOnFreePort(), async () => {
      expect(await heal('schedule', 'status')).toMatchObject({ code: 1 });
      expect(await heal('schedule', 'install')).toMatchObject({ code: 0 });
      const task = drive().read('C:\\Windows\\System32\\Tasks\\iis-ssl-heal')?.toString('utf16le') ?? '';
      expect(task).toContain(`<Command>${HEAL}</Command>`);
      expect(task).toContain('<Arguments>fix --yes --unattended</Arguments>');
      expect(await heal('schedule', 'status')).toMatchObject({ code: 0 });
      expect(await heal('schedule', 'remove')).toMatchObject({ code: 0 });
      expect(await heal('schedule', 'status')).toMatchObject({ code: 1 });
    });
  });

  it('heals within the limits of config.json, proves it in a second process, and tells the event log', async () => {
    await withServer(await labOnFreePort('stale-hash', 'lost-binding'), async () => {
      expect(await heal('schedule', 'install')).toMatchObject({ code: 0 });
      drive().write(`${DATA}\\config.json`, Buffer.from('{ "formatVersion": 1,\r\n "healthyMinutes": -1 }'));
      const broken = await heal('fix', '--yes', '--unattended');
      expect(broken).toMatchObject({ code: 3 });
      expect(broken.out).toContain('line 2: "healthyMinutes" must be a whole number from 0 to 20');
      drive().write(`${DATA}\\config.json`, Buffer.from('{ "formatVersion": 1, "healthyMinutes": 0 }'));
      expect(await heal('fix', '--yes', '--unattended')).toMatchObject({ code: 0 });
      expect(await heal('check', '--unattended')).toMatchObject({ code: 0 });
      const { unattended } = JSON.parse((await heal('runs', '--json')).out) as { unattended: { outcome: string }[] };
      expect(unattended.map(({ outcome }) => outcome)).toEqual(['settings-broken', 'repaired', 'healed']);
      const log = drive().read('C:\\Windows\\System32\\winevt\\Logs\\Application.xml')?.toString('utf8') ?? '';
      expect([...log.matchAll(/<EventID[^>]*>(\d+)</g)].map(([, id]) => id)).toEqual(['350', '100']);
    });
  });
});
