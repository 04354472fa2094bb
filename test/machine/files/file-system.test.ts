import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFailure, writeFailure } from '../../../src/machine/files/file-errors.ts';
import { fileSystem } from '../../../src/machine/files/file-system.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

function diskOf(files: Readonly<Record<string, string>> = {}) {
  const root = temporaryFolder(files);
  return { root, ...fileSystem((path) => join(root, path.slice(3).replaceAll('\\', '/'))) };
}

const text = (content: string) => Buffer.from(content);

describe('fileSystem', () => {
  it('reads bytes, and tells absent from failed', async () => {
    const disk = diskOf({ 'a/b.txt': 'x' });
    expect(await disk.read('C:\\a\\b.txt')).toEqual({ result: 'ok', bytes: text('x') });
    expect(await disk.read('C:\\a\\c.txt')).toEqual({ result: 'absent' });
    expect(await disk.read('C:\\a\\b.txt\\c')).toEqual({ result: 'absent' });
    expect(await disk.read('C:\\a')).toEqual({ result: 'failed', detail: 'it is a folder (EISDIR)' });
  });

  it('lists files and folders apart, sorted, without links', async () => {
    const disk = diskOf({ 'a/2': '', 'a/1': '', 'a/sub/x': '' });
    symlinkSync('1', join(disk.root, 'a', 'link'));
    expect(await disk.list('C:\\a')).toEqual({ result: 'ok', files: ['1', '2'], folders: ['sub'], others: ['link'] });
    expect(await disk.list('C:\\none')).toEqual({ result: 'absent' });
    expect(await disk.list('C:\\a\\1')).toEqual({ result: 'absent' });
  });

  it('writes over a file, also with less, and refuses that when told to', async () => {
    const disk = diskOf({ 'a.txt': 'long content' });
    expect(await disk.write('C:\\a.txt', text('new'))).toEqual({ result: 'ok' });
    expect(readFileSync(join(disk.root, 'a.txt'), 'utf8')).toBe('new');
    const refused = await disk.write('C:\\a.txt', text('other'), { exclusive: true });
    expect(refused).toEqual({ result: 'failed', detail: 'there is one already (EEXIST)' });
    expect(readFileSync(join(disk.root, 'a.txt'), 'utf8')).toBe('new');
    expect(await disk.write('C:\\b.txt', text('b'), { exclusive: true })).toEqual({ result: 'ok' });
  });

  it('needs the folder to write into, and makes folders with their parents', async () => {
    const disk = diskOf();
    expect(await disk.write('C:\\x\\y\\a.txt', text(''))).toMatchObject({ result: 'absent' });
    expect(await disk.makeFolder('C:\\x\\y')).toEqual({ result: 'ok' });
    expect(await disk.makeFolder('C:\\x\\y')).toEqual({ result: 'ok' });
    expect(await disk.write('C:\\x\\y\\a.txt', text('1'))).toEqual({ result: 'ok' });
  });

  it('renames over a file', async () => {
    const disk = diskOf({ 'a.txt': 'old', 'b.txt': 'new' });
    expect(await disk.rename('C:\\b.txt', 'C:\\a.txt')).toEqual({ result: 'ok' });
    expect(await disk.list('C:\\')).toEqual({ result: 'ok', files: ['a.txt'], folders: [] });
    expect(await disk.read('C:\\a.txt')).toEqual({ result: 'ok', bytes: text('new') });
    expect(await disk.rename('C:\\b.txt', 'C:\\a.txt')).toMatchObject({ result: 'absent' });
  });

  it('removes a file, an empty folder and what is not there; a full folder stays', async () => {
    const disk = diskOf({ 'a.txt': '', 'full/x': '' });
    await disk.makeFolder('C:\\empty');
    for (const path of ['C:\\a.txt', 'C:\\empty', 'C:\\never', 'C:\\never\\was']) {
      expect(await disk.remove(path)).toEqual({ result: 'ok' });
    }
    expect(await disk.remove('C:\\full')).toMatchObject({ result: 'failed' });
    expect(await disk.list('C:\\')).toEqual({ result: 'ok', files: [], folders: ['full'] });
  });
});

describe('the codes of Windows', () => {
  const error = (code: string) => ({ code, message: `${code}: secret path` });

  it.each([
    ['rename', 'EPERM', 'held'],
    ['rename', 'EACCES', 'held'],
    ['rename', 'EBUSY', 'held'],
    ['write', 'EBUSY', 'held'],
    ['remove', 'EBUSY', 'held'],
    ['write', 'EPERM', 'denied'],
    ['write', 'EACCES', 'denied'],
    ['remove', 'EPERM', 'denied'],
    ['make-folder', 'EPERM', 'denied'],
    ['write', 'EROFS', 'denied'],
    ['write', 'ENOSPC', 'full'],
    ['rename', 'ENOENT', 'absent'],
    ['rename', 'EXDEV', 'other-volume'],
    ['write', 'EIO', 'failed'],
  ] as const)('%s ending in %s is "%s"', (operation, code, result) => {
    expect(writeFailure(operation, error(code), 'win32')).toMatchObject({ result });
  });

  it('takes a refused rename for what it is elsewhere', () => {
    expect(writeFailure('rename', error('EPERM'), 'linux')).toMatchObject({ result: 'denied' });
  });

  it.each([
    ['ENOENT', 'absent'],
    ['EPERM', 'denied'],
    ['EACCES', 'denied'],
    ['EBUSY', 'failed'],
    ['EIO', 'failed'],
  ])('reading that ends in %s is "%s"', (code, result) => {
    expect(readFailure(error(code))).toMatchObject({ result });
  });
});
