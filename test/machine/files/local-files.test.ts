import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  localFolderState,
  makeLocalFolder,
  readLocalFile,
  readSecretFile,
  writeLocalFile,
} from '../../../src/machine/files/local-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('readSecretFile', () => {
  it.each([
    ['a plain line', Buffer.from('s3cret'), 's3cret'],
    ['LF', Buffer.from('s3cret\nsecond\n'), 's3cret'],
    ['CRLF', Buffer.from('s3cret\r\n'), 's3cret'],
    ['blanks that belong to it', Buffer.from(' a b \n'), ' a b '],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffpässword\n'), 'pässword'],
    ['UTF-16, as Windows PowerShell writes it', utf16('pässword\r\n'), 'pässword'],
    ['big-endian UTF-16', utf16('pässword\r\n').swap16(), 'pässword'],
    ['nothing at all', Buffer.alloc(0), ''],
  ])('takes the first line: %s', async (_name, bytes, secret) => {
    expect(await readSecretFile(join(temporaryFolder({ p: bytes }), 'p'))).toEqual({ result: 'ok', secret });
  });

  it('refuses a code page it would have to guess, without quoting it', async () => {
    const file = join(temporaryFolder({ p: Buffer.from('p\xe4ss', 'latin1') }), 'p');
    expect(await readSecretFile(file)).toEqual({ result: 'failed', detail: 'it is neither UTF-8 nor UTF-16 text' });
  });

  it('says that there is no file', async () => {
    expect(await readSecretFile(join(temporaryFolder(), 'none'))).toEqual({ result: 'absent' });
  });
});

describe('local files and folders', () => {
  it('writes text and bytes, and reads them back', async () => {
    const folder = temporaryFolder();
    expect(await makeLocalFolder(join(folder, 'a', 'b'))).toEqual({ result: 'ok' });
    expect(await writeLocalFile(join(folder, 'a', 'b', 'c'), 'grün')).toEqual({ result: 'ok' });
    expect(await readLocalFile(join(folder, 'a', 'b', 'c'))).toEqual({ result: 'ok', bytes: Buffer.from('grün') });
    expect(await writeLocalFile(join(folder, 'x', 'c'), Buffer.alloc(0))).toMatchObject({ result: 'absent' });
  });

  it('tells what lies where a folder is wanted', async () => {
    const folder = temporaryFolder({ 'full/x': '', file: '' });
    await makeLocalFolder(join(folder, 'empty'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    const names = ['none', 'empty', 'full', 'file', 'file/below', 'dangling'];
    expect(await Promise.all(names.map((name) => localFolderState(join(folder, name))))).toEqual([
      'absent',
      'empty',
      'not-empty',
      'not-a-folder',
      'not-a-folder',
      'not-a-folder',
    ]);
  });
});
