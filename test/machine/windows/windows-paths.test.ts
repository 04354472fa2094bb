import { describe, expect, it } from 'vitest';
import { programEnvironment } from '../../../src/machine/programs/program-environment.ts';
import {
  hostPathOnWindows,
  longPath,
  programDataOf,
  systemRootOf,
} from '../../../src/machine/windows/windows-paths.ts';

const LOADED = ['C:\\nodejs\\node.exe', 'C:\\Windows\\SYSTEM32\\ntdll.dll', 'C:\\Windows\\System32\\KERNEL32.DLL'];

describe('the Windows folder is where the loader has ntdll.dll from', () => {
  it.each([
    ['as the loader spells it', LOADED, 'C:\\Windows'],
    ['on another drive', ['E:\\WINNT\\system32\\NTDLL.DLL'], 'E:\\WINNT'],
    ['in a 32-bit process', ['C:\\Windows\\SysWOW64\\ntdll.dll'], 'C:\\Windows'],
    ['with the prefix of long paths', ['\\\\?\\C:\\Windows\\System32\\ntdll.dll'], 'C:\\Windows'],
  ])('%s', (_name, files, root) => expect(systemRootOf(files)).toBe(root));

  it.each([
    ['nothing is loaded', []],
    ['it is not among them', ['C:\\evil\\System32\\kernel32.dll', 'C:\\Windows\\System32\\ntdll.dll.mui']],
    ['there are two', ['C:\\evil\\System32\\ntdll.dll', ...LOADED]],
    ['it lies on a share', ['\\\\server\\share\\System32\\ntdll.dll']],
    ['it lies elsewhere', ['C:\\evil\\ntdll.dll']],
    ['the path climbs', ['C:\\Windows\\..\\evil\\System32\\ntdll.dll']],
    ['it is the drive', ['C:\\System32\\ntdll.dll']],
  ])('and nowhere where %s', (_name, files) => expect(systemRootOf(files)).toBeUndefined());
});

describe('ProgramData is where the registry has it', () => {
  it.each([
    ['%SystemDrive%\\ProgramData', 'D:\\ProgramData'],
    ['%systemdrive%\\ProgramData\\', 'D:\\ProgramData'],
    ['E:\\Data', 'E:\\Data'],
  ])('%s', (written, path) => expect(programDataOf(written, 'D:\\Windows')).toBe(path));

  it.each([
    '',
    'ProgramData',
    '%TEMP%\\x',
    'C:\\%TEMP%',
    '\\\\server\\share',
    'C:\\Donn\u00e9es',
    'C:\\a\\..\\b',
    'C:\\',
  ])('and nowhere where that is %j', (written) => expect(programDataOf(written, 'D:\\Windows')).toBeUndefined());
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
      SystemRoot: 'C:\\evil',
      ALLUSERSPROFILE: 'C:\\evil',
      COMSPEC: 'C:\\evil\\cmd.exe',
    };
    expect(programEnvironment({ systemRoot: 'D:\\Windows', programData: 'D:\\ProgramData' }, ours)).toEqual({
      TEMP: 'C:\\T',
      USERNAME: 'olga',
      SystemRoot: 'D:\\Windows',
      windir: 'D:\\Windows',
      SystemDrive: 'D:',
      ProgramData: 'D:\\ProgramData',
      ALLUSERSPROFILE: 'D:\\ProgramData',
      PATH: 'D:\\Windows\\System32',
      PATHEXT: '.COM;.EXE',
    });
  });
});
