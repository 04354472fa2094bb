// The harnesses for a real Windows start nowhere but on an elevated prompt of a disposable server with IIS.

import { describe, expect, it } from 'vitest';
import { type Here, refusal } from './disposable.ts';

const THERE: Here = {
  platform: 'win32',
  environment: { SystemRoot: 'D:\\Win', IIS_SSL_HEAL_DISPOSABLE: 'yes' },
  exists: (path) => path === 'D:\\Win\\System32\\inetsrv\\appcmd.exe',
  exitCode: (file) => (file === 'D:\\Win\\System32\\fltmc.exe' ? 0 : 1),
};

describe('the harnesses for Windows', () => {
  it('run on an elevated prompt of a disposable server with IIS', () => {
    expect(refusal(THERE)).toBeUndefined();
  });

  it.each([
    ['another system', { platform: 'linux' }, 'Windows server'],
    ['a server without IIS', { exists: () => false }, 'IIS is not installed'],
    ['a server of which nobody said it', { environment: { SystemRoot: 'D:\\Win' } }, 'IIS_SSL_HEAL_DISPOSABLE=yes'],
    [
      'a server of which somebody said something else',
      { environment: { ...THERE.environment, IIS_SSL_HEAL_DISPOSABLE: '1' } },
      'IIS_SSL_HEAL_DISPOSABLE=yes',
    ],
    ['a prompt that is not elevated', { exitCode: () => 5 }, 'elevated'],
    ['a prompt where nobody can tell', { exitCode: () => null }, 'elevated'],
  ])('do not run on %s, and say why in one sentence', (_where, other, why) => {
    const said = refusal({ ...THERE, ...other });
    expect(said).toContain(why);
    expect(said).toMatch(/^[A-Z][^\n]*\.$/);
  });

  it('do not run here', () => {
    if (process.platform !== 'win32') expect(refusal()).toContain('Windows server');
  });
});
