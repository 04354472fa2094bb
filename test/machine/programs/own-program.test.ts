import { realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../src/machine/machine.ts';
import { entryFile, ownFolder, ownProgram } from '../../../src/machine/programs/own-program.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const on = (kind: Machine['kind']) => ({ kind }) as Machine;

describe('ownProgram', () => {
  it('is node and the entry file, with the folders that code is loaded from', () => {
    const entry = 'C:\\Program Files\\heal\\bin\\iis-ssl-heal.cjs';
    expect(ownProgram(on('windows'), 'C:\\Program Files\\nodejs\\node.exe', entry)).toEqual({
      command: 'C:\\Program Files\\nodejs\\node.exe',
      entry,
      workingDirectory: 'C:\\Program Files\\heal\\bin',
      folders: ['C:\\Program Files\\nodejs', 'C:\\Program Files\\heal\\bin', 'C:\\Program Files\\heal\\dist'],
    });
  });

  it.each(['iis-ssl-heal', 'D:\\heal\\iis-ssl-heal.exe'])('is the single program, called as %s', (typed) => {
    expect(ownProgram(on('windows'), 'D:\\heal\\iis-ssl-heal.exe', typed)).toEqual({
      command: 'D:\\heal\\iis-ssl-heal.exe',
      workingDirectory: 'D:\\heal',
      folders: ['D:\\heal'],
    });
  });
});

/** The 8.3 name of a folder is a name that leads to it, as a link of such a name is here. */
describe('a program that was started by an 8.3 path', () => {
  it('is named by the long one, so that no task of it is called wrong', () => {
    const folder = realpathSync(temporaryFolder({ 'Program Files/heal.exe': '' }));
    symlinkSync('Program Files', join(folder, 'PROGRA~1'));
    const long = join(folder, 'Program Files', 'heal.exe');
    expect(ownProgram(on('windows'), join(folder, 'PROGRA~1', 'heal.exe'), 'heal').command).toBe(long);
    expect(ownProgram(on('windows'), 'C:\\GONE~1\\heal.exe', 'heal').command).toBe('C:\\GONE~1\\heal.exe');
  });
});

describe('entryFile', () => {
  it('is where the script really lies, through every link that it was started by', () => {
    const folder = realpathSync(temporaryFolder({ 'bin/iis-ssl-heal.cjs': '' }));
    symlinkSync(join(folder, 'bin', 'iis-ssl-heal.cjs'), join(folder, 'one'));
    symlinkSync('one', join(folder, 'two'));
    expect(entryFile(join(folder, 'two'))).toBe(join(folder, 'bin', 'iis-ssl-heal.cjs'));
    expect(ownFolder(join(folder, 'node'), join(folder, 'two'))).toBe(join(folder, 'bin'));
  });

  it('is nothing that lies in the current folder under the name that a single program was called by', () => {
    const folder = temporaryFolder({ 'other.mjs': '' });
    symlinkSync('other.mjs', join(folder, 'iis-ssl-heal'));
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(entryFile('iis-ssl-heal')).toBeUndefined();
    } finally {
      process.chdir(before);
    }
  });
});

describe('ownFolder', () => {
  it("is the entry file's, and the single program's however that was called", () => {
    const inside = (path: string) => join('/opt', 'heal', path);
    expect(ownFolder(inside('node'), inside(join('bin', 'iis-ssl-heal.cjs')))).toBe(inside('bin'));
    expect(ownFolder(inside('iis-ssl-heal.exe'), 'iis-ssl-heal')).toBe(join('/opt', 'heal'));
    expect(ownFolder(inside('iis-ssl-heal.exe'), 'iis-ssl-heal.exe')).toBe(join('/opt', 'heal'));
  });
});
