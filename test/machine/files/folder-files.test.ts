import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evidenceIn } from '../../../src/evidence/readers/folder-reader.ts';
import { folderFiles } from '../../../src/machine/files/folder-files.ts';
import { diagnosisOf } from '../../support/evidence-lab.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const LEADS_OUT = { result: 'failed', detail: 'it is a link that leads out of the folder' };

describe('a folder that somebody sent', () => {
  it('is read, also through a link that a person named, and through one within it', async () => {
    const root = temporaryFolder({ 'a/b.txt': 'x' });
    symlinkSync('b.txt', join(root, 'a', 'link'));
    symlinkSync(root, join(temporaryFolder(), 'named'));
    const files = folderFiles(root);
    expect(await files.read('a/b.txt')).toMatchObject({ result: 'ok', bytes: Buffer.from('x') });
    expect(await files.read('a/link')).toMatchObject({ result: 'ok' });
    expect(await files.list('a')).toEqual({ result: 'ok', files: ['b.txt'], folders: [], others: ['link'] });
    expect(await files.read('a/none')).toEqual({ result: 'absent' });
  });

  it('takes the bytes back from whoever has read them, and has them again for another', async () => {
    const files = folderFiles(temporaryFolder({ file: 'x' }));
    const [one, other] = [await files.read('file'), await files.read('file')];
    if (one.result !== 'ok' || other.result !== 'ok') throw new Error('it was not read');
    one.release?.();
    expect([one.bytes.length, Buffer.from(other.bytes).toString()]).toEqual([0, 'x']);
  });

  it('shows nothing that a link in it leads to', async () => {
    const secret = temporaryFolder({ 'secret/file': 'mine' });
    const root = temporaryFolder();
    symlinkSync(join(secret, 'secret', 'file'), join(root, 'applicationHost.config'));
    symlinkSync(join(secret, 'secret'), join(root, 'acls'));
    symlinkSync('..', join(root, 'profiles'));
    const files = folderFiles(root);
    expect(await files.read('applicationHost.config')).toEqual(LEADS_OUT);
    expect(await files.read('acls/file')).toEqual(LEADS_OUT);
    expect(await files.list('acls')).toEqual(LEADS_OUT);
    expect(await files.list('profiles')).toEqual(LEADS_OUT);
    expect(await files.read('../x')).toMatchObject({ result: 'absent' });
  });

  it.runIf(process.platform !== 'win32')('does not hold a check for ever by a FIFO in place of a part', async () => {
    const root = temporaryFolder({ 'registry/note': '' });
    for (const part of ['manifest.json', 'handshakes.json', 'registry/http-parameters.reg', 'key-files.txt']) {
      execFileSync('mkfifo', [join(root, part)]);
    }
    const { verdict, notChecked } = await diagnosisOf(await evidenceIn(folderFiles(root)));
    expect(verdict).toBe('unknown');
    expect(notChecked.map(({ why }) => why)).toContain(
      'manifest.json cannot be used: manifest.json cannot be read: it is no regular file',
    );
  });

  it('has a limit for each part, and says which part exceeds it', async () => {
    const root = temporaryFolder({ 'applicationHost.config': '' });
    truncateSync(join(root, 'applicationHost.config'), 2 ** 30);
    const { verdict, notChecked } = await diagnosisOf(await evidenceIn(folderFiles(root)));
    expect(verdict).toBe('unknown');
    expect(notChecked[0]).toEqual({
      what: 'the site bindings',
      why: 'applicationHost.config cannot be read: it is larger than 256 MB',
    });
  });
});
