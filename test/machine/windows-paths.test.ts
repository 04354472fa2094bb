import { describe, expect, it } from 'vitest';
import { programEnvironment } from '../../src/machine/program-environment.ts';
import { hostPathOnWindows, longPath, windowsPlaces } from '../../src/machine/windows-paths.ts';

describe('windowsPlaces', () => {
  it('takes both folders from the environment, whatever the case of the names', () => {
    expect(windowsPlaces({ SystemRoot: 'C:\\Windows', ProgramData: 'D:\\Data' })).toEqual({
      systemRoot: 'C:\\Windows',
      programData: 'D:\\Data',
    });
    expect(windowsPlaces({ SYSTEMROOT: 'E:\\WINNT\\', programdata: 'E:\\ProgramData' })).toEqual({
      systemRoot: 'E:\\WINNT',
      programData: 'E:\\ProgramData',
    });
  });

  it('puts ProgramData on the drive of Windows where the variable is missing or no full path', () => {
    const expected = { systemRoot: 'D:\\Windows', programData: 'D:\\ProgramData' };
    expect(windowsPlaces({ SystemRoot: 'D:\\Windows' })).toEqual(expected);
    expect(windowsPlaces({ SystemRoot: 'D:\\Windows', ProgramData: 'ProgramData' })).toEqual(expected);
  });

  it.each([
    undefined,
    '',
    'Windows',
    '\\Windows',
    '/usr',
    'C:',
    'C:\\',
    'C:Windows',
    '\\\\server\\share',
    'C:\\Windows\\..\\Temp',
    'C:\\"Windows"',
  ])('refuses %j as the Windows folder', (SystemRoot) => {
    expect(windowsPlaces(SystemRoot === undefined ? {} : { SystemRoot })).toBeUndefined();
  });
});

describe('hostPathOnWindows', () => {
  const config = 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config';

  it('leaves paths alone where there is no Sysnative', () => {
    expect(hostPathOnWindows('C:\\Windows', false)(config)).toBe(config);
  });

  it('goes through Sysnative for System32 and nothing else', () => {
    const toHost = hostPathOnWindows('C:\\Windows', true);
    expect(toHost(config)).toBe('C:\\Windows\\Sysnative\\inetsrv\\config\\applicationHost.config');
    expect(toHost('c:\\windows\\system32\\reg.exe')).toBe('C:\\Windows\\Sysnative\\reg.exe');
    expect(toHost('C:\\Windows\\System32')).toBe('C:\\Windows\\Sysnative');
    expect(toHost('C:\\Windows\\System32old\\a')).toBe('C:\\Windows\\System32old\\a');
    expect(toHost('C:\\ProgramData\\a')).toBe('C:\\ProgramData\\a');
  });
});

describe('longPath', () => {
  const name = 'n'.repeat(240);

  it('marks only paths that are too long, local and on a share', () => {
    expect(longPath('C:\\short')).toBe('C:\\short');
    expect(longPath(`C:\\${name}`)).toBe(`\\\\?\\C:\\${name}`);
    expect(longPath(`\\\\server\\share\\${name}`)).toBe(`\\\\?\\UNC\\server\\share\\${name}`);
    expect(longPath(`\\\\?\\C:\\${name}`)).toBe(`\\\\?\\C:\\${name}`);
  });
});

describe('programEnvironment', () => {
  it('holds the places and a few names of the account, and nothing else of ours', () => {
    const ours = {
      Path: 'C:\\evil',
      TEMP: 'C:\\T',
      username: 'olga',
      NODE_OPTIONS: '--x',
      COMSPEC: 'C:\\evil\\cmd.exe',
    };
    expect(programEnvironment({ systemRoot: 'D:\\Windows', programData: 'D:\\ProgramData' }, ours)).toEqual({
      TEMP: 'C:\\T',
      USERNAME: 'olga',
      SystemRoot: 'D:\\Windows',
      windir: 'D:\\Windows',
      SystemDrive: 'D:',
      ProgramData: 'D:\\ProgramData',
      PATH: 'D:\\Windows\\System32',
      PATHEXT: '.COM;.EXE',
    });
  });
});
