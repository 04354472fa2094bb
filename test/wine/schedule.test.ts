// The self-heal task: the .exe registers itself.

import { describe, expect, it } from 'vitest';
import { labOnFreePort } from './lay-out.ts';
import { drive, HEAL, heal, withServer } from './server.ts';

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
});
