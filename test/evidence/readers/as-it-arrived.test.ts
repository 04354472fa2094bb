// One server's evidence in every shape that mail and archives give it: the same is said of each.

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { asItArrived } from '../../../src/evidence/readers/as-it-arrived.ts';
import { evidenceIn } from '../../../src/evidence/readers/folder-reader.ts';
import { folderFiles } from '../../../src/machine/files/folder-files.ts';
import { comparable, diagnosisOf, filesOf, folderDiagnosis } from '../../support/evidence-lab.ts';
import { labDisk, TOGETHER } from '../../support/run-lab.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

type Files = Readonly<Record<string, Uint8Array>>;

let sent: Files;
beforeAll(async () => {
  sent = await filesOf(labDisk({ faults: TOGETHER }));
});

const mapped = (files: Files, change: (path: string, bytes: Uint8Array) => readonly [string, Uint8Array]): Files =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => change(path, bytes)));

const renamed = (change: (path: string) => string) => (files: Files) =>
  mapped(files, (path, bytes) => [change(path), bytes]);

/** Every text whose readers take UTF-16: the certificates of profiles are no text, and IIS has its files in UTF-8. */
const inUtf16 = (write: (text: string) => Buffer) => (files: Files) =>
  mapped(files, (path, bytes) => {
    if (/^profiles\/S-|\.config$/.test(path)) return [path, bytes];
    const buffer = Buffer.from(bytes);
    const isUtf16 = buffer[1] === 0 || (buffer[0] === 0xff && buffer[1] === 0xfe);
    const text = buffer.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
    return [path, text === '' ? bytes : write(text)];
  });

const big = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

const SHAPES: readonly (readonly [string, (files: Files) => Files])[] = [
  ['as it was made', (files) => files],
  ['one folder down', renamed((path) => `server 7/${path}`)],
  [
    'with a letter beside it',
    (files) => ({ ...renamed((path) => `down/${path}`)(files), 'letter.pdf': Buffer.from('x') }),
  ],
  ['in capitals', renamed((path) => (path.startsWith('profiles/') ? path : path.toUpperCase()))],
  ['with .txt behind each name', renamed((path) => (path.startsWith('profiles/S-') ? path : `${path}.txt`))],
  ['in UTF-16 without a mark', inUtf16((text) => Buffer.from(text, 'utf16le'))],
  ['in UTF-16 with the big byte first', inUtf16((text) => big(`\uFEFF${text}`))],
  ['in UTF-16 with the big byte first, without a mark', inUtf16(big)],
];

const arrived = (files: Files) => asItArrived(folderFiles(temporaryFolder(files)));

describe('evidence as it arrives', () => {
  it.each(SHAPES)('%s: the same is found', async (_shape, change) => {
    const found = await arrived(change(sent));
    if (!found.ok) throw new Error(found.error);
    const diagnosis = await diagnosisOf(await evidenceIn(found.value));
    expect(comparable(diagnosis)).toEqual(comparable(await folderDiagnosis(sent)));
    expect(diagnosis.findings.length).toBeGreaterThan(2);
    expect(diagnosis.notChecked).toEqual([]);
  });

  it.each([
    ['nothing', {}, 'there is no evidence in it'],
    ['holiday pictures', { 'a/b.jpg': 'x', 'c.jpg': 'x' }, 'there is no evidence in it'],
    ['evidence two folders down', { 'a/b/manifest.json': '{}' }, 'there is no evidence in it'],
    ['two servers', { 'web1/manifest.json': '{}', 'web2/key-files.txt': '' }, 'name one of web1, web2'],
  ])('is none where it is %s', async (_what, files, why) => {
    const found = await asItArrived(folderFiles(temporaryFolder(files as Record<string, string>)));
    expect(found).toEqual({ ok: false, error: expect.stringContaining(why) });
  });

  it.runIf(process.platform === 'linux')('chooses none of two files that differ in case alone', async () => {
    const found = await arrived({ 'Manifest.json': Buffer.from('{}'), 'MANIFEST.json': Buffer.from('{}') });
    expect(found.ok && (await found.value.read('manifest.json'))).toEqual({
      result: 'failed',
      detail: 'two files could be it: MANIFEST.json, Manifest.json',
    });
  });

  it('looks for no file that no list of the folder has, and lists no folder twice', async () => {
    const files = folderFiles(temporaryFolder({ 'manifest.json': '{ "formatVersion": 1 }', 'key-files.txt': '' }));
    const asked: string[] = [];
    const found = await asItArrived({
      ...files,
      read: (path, most) => {
        asked.push(path);
        return files.read(path, most);
      },
      list: (path) => {
        asked.push(path);
        return files.list(path);
      },
    });
    if (found.ok) await diagnosisOf(await evidenceIn(found.value));
    expect(asked).toEqual(['', 'manifest.json', 'key-files.txt']);
  });

  it.runIf(process.platform === 'linux')('reads a link within the folder, which is in no list of files', async () => {
    const folder = temporaryFolder({ 'manifest.json': '{}', 'kept/computer-name.txt': 'WEB1' });
    symlinkSync(join('kept', 'computer-name.txt'), join(folder, 'computer-name.txt'));
    const found = await asItArrived(folderFiles(folder));
    const read = found.ok && (await found.value.read('Computer-Name.txt'));
    expect(read).toMatchObject({ result: 'absent' });
    expect(found.ok && (await found.value.read('computer-name.txt'))).toMatchObject({ result: 'ok' });
  });

  it('names what a file that nobody can read was read as', async () => {
    const found = await arrived({ ...sent, 'addresses.txt': big('nothing at all') });
    const evidence = found.ok && (await (await evidenceIn(found.value)).addresses());
    expect(evidence).toMatchObject({
      known: false,
      why: 'no IP address in it (it was read as UTF-16, big byte first)',
    });
  });
});
