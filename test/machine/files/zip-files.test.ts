import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { zipFiles } from '../../../src/machine/files/zip-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type ZipEntry, zipOf } from '../../support/zip.ts';

const open = (bytes: Uint8Array) => zipFiles(join(temporaryFolder({ 'sent.zip': bytes }), 'sent.zip'));

const text = (name: string, content = 'x'): ZipEntry => ({ name, bytes: Buffer.from(content) });

async function filesIn(...entries: readonly ZipEntry[]) {
  const zip = await open(zipOf(entries));
  if (!zip.ok) throw new Error(zip.error);
  return zip.value;
}

describe('a .zip that somebody sent', () => {
  it('is listed and read like a folder', async () => {
    const files = await filesIn(text('a/b/c.txt', 'deep'), text('a/'), text('d.txt'));
    expect(await files.list('')).toEqual({ result: 'ok', files: ['d.txt'], folders: ['a'] });
    expect(await files.list('a')).toEqual({ result: 'ok', files: [], folders: ['b'] });
    expect(await files.list('none')).toEqual({ result: 'absent' });
    expect(await files.read('a/b/c.txt')).toMatchObject({ result: 'ok', bytes: Buffer.from('deep') });
    expect(await files.read('a/b')).toEqual({ result: 'absent' });
    expect(await files.read('d.txt', 0)).toEqual({ result: 'failed', detail: 'it is larger than 0 MB' });
    expect(await files.isLink('d.txt')).toBe(false);
  });

  it('has the names that Compress-Archive of PowerShell 5 wrote with backslashes', async () => {
    const files = await filesIn(text('evidence\\registry\\store-MY.reg'));
    expect(await files.read('evidence/registry/store-MY.reg')).toMatchObject({ result: 'ok' });
  });

  it.each([
    ['no archive', Buffer.from('MZ and so on'), 'no .zip that can be read'],
    ['nothing', Buffer.alloc(0), 'no .zip that can be read'],
    ['half of one', zipOf([text('manifest.json')]).subarray(0, 40), 'no .zip that can be read'],
    ['a name that leads out of it', zipOf([text('../../Windows/win.ini')]), 'invalid relative path'],
    ['a name from the root', zipOf([text('/etc/passwd')]), 'absolute path'],
    ['two files of one name', zipOf([text('a.txt', '1'), text('a.txt', '2')]), 'two files a.txt'],
    ['a file with a password', zipOf([{ ...text('a.txt'), encrypted: true }]), 'locked with a password'],
    ['more files than any server has', zipOf(Array.from({ length: 50_001 }, (_, n) => text(`${n}`))), 'entries'],
    [
      'more than a computer should read',
      zipOf([...Array(5).keys()].map((n) => ({ name: `${n}`, bytes: randomBytes(2 ** 21), claims: 2 ** 28 }))),
      'larger than 1024 MB',
    ],
    ['a bomb', zipOf([{ ...text('a.txt'), claims: 2 ** 27 }]), '200 times'],
  ])('is refused where it holds %s', async (_what, bytes, why) => {
    const zip = await open(bytes);
    expect(zip).toEqual({ ok: false, error: expect.stringContaining(why) });
  });

  it.each([
    ['more', 1],
    ['less', 5],
  ])('gives no file that has %s in it than it says', async (_what, claims) => {
    const files = await filesIn({ ...text('a.txt', 'abc'), claims });
    expect(await files.read('a.txt')).toMatchObject({ result: 'failed' });
  });
});
