import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { liveReader } from '../../../src/evidence/readers/live-reader.ts';
import { fileSystem } from '../../../src/machine/files/file-system.ts';
import { isLink } from '../../../src/machine/files/is-link.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SID = 'S-1-5-21-1-2-3-1001';
const PROFILE = { sid: SID, path: 'C:\\Users\\olga', name: 'olga' };
const STORE = 'Users/olga/AppData/Roaming/Microsoft/SystemCertificates/My/Certificates';
const name = (digit: string) => digit.repeat(40);

/** What is read of a server whose drive C: is a folder of this computer. */
async function entriesIn(root: string) {
  const host = (path: string) => join(root, path.slice(3).replaceAll('\\', '/'));
  const machine = { ...fileSystem(host), isLink: async (path: string) => isLink(host(path)) } as Machine;
  const read = await liveReader(machine).profileCertificates([PROFILE]);
  if (!read.known) throw new Error(read.why);
  const { files, unread } = read.value;
  return { files: files.map((file) => file.name), unread: unread.map(({ what, why }) => `${what}: ${why}`) };
}

function put(root: string, path: string, size: number): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'x');
  truncateSync(file, size);
  return file;
}

describe('the store of a user, who lays there what he likes', () => {
  it('is read by thumbprint names alone', async () => {
    const root = temporaryFolder();
    for (const each of [name('A'), 'desktop.ini', `${name('A')}0`, 'key.pem']) put(root, `${STORE}/${each}`, 9);
    expect(await entriesIn(root)).toEqual({ files: [name('A')], unread: [] });
  });

  it('costs no memory for three sparse files of a gigabyte, and says that they were not read', async () => {
    const root = temporaryFolder();
    for (const digit of ['A', 'B', 'C']) put(root, `${STORE}/${name(digit)}`, 2 ** 30);
    put(root, `${STORE}/${name('D')}`, 2 ** 20);
    expect(await entriesIn(root)).toEqual({
      files: [name('D')],
      unread: [`certificates of ${SID}: ${name('A')}: it is larger than 1 MB, and 2 more`],
    });
  });

  it('is read up to 32 MB for all users, and the rest is said', async () => {
    const root = temporaryFolder();
    for (let number = 10; number < 50; number += 1) put(root, `${STORE}/${name('A').slice(2)}${number}`, 2 ** 20);
    const { files, unread } = await entriesIn(root);
    expect(files).toHaveLength(32);
    expect(unread).toEqual([
      `certificates of ${SID}: ${name('A').slice(2)}42: all users' entries together are larger than 32 MB, and 7 more`,
    ]);
  });

  it('is not followed out of the profile by a link in place of any of its folders', async () => {
    const elsewhere = temporaryFolder({ [`Certificates/${name('A')}`]: 'x' });
    const root = temporaryFolder();
    const my = join(root, dirname(STORE));
    mkdirSync(dirname(my), { recursive: true });
    symlinkSync(elsewhere, my);
    expect(await entriesIn(root)).toEqual({
      files: [],
      unread: [
        `certificates of ${SID}: C:\\Users\\olga\\AppData\\Roaming\\Microsoft\\SystemCertificates\\My is a link`,
      ],
    });
  });

  it.runIf(process.platform !== 'win32')('does not wait for a FIFO, nor follow a link, under such a name', async () => {
    const root = temporaryFolder();
    put(root, `${STORE}/${name('D')}`, 9);
    execFileSync('mkfifo', [join(root, STORE, name('A'))]);
    symlinkSync('/etc/passwd', join(root, STORE, name('B')));
    expect(await entriesIn(root)).toEqual({ files: [name('D')], unread: [] });
  });
});
