// A lab server laid out on Wine's drive C: and in Wine's registry.

import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { defaultConfig } from '../../src/lab/config/default-config.ts';
import type { Disk } from '../../src/lab/disk/disk.ts';
import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { LAB_REGISTRY, openLab } from '../../src/lab/open.ts';
import { newLab } from '../support/new-lab.ts';
import { registryChanges, snapshotOf } from './lab-programs/registry-diff.ts';
import { type Prefix, runIn } from './prefix.ts';

/** What an earlier server left. */
const FILES = [
  'acl-folders.json',
  'acls.json',
  'acls.turn',
  'credentials.json',
  'held.json',
  'lab.json',
  'lab-caller.txt',
  'lab-started.txt',
  'sent-chains.json',
  'services.json',
  'tasks.json',
];
const FOLDERS = [
  'inetpub',
  'ProgramData\\iis-ssl-heal',
  'ProgramData\\Microsoft',
  'Users\\karl',
  'Users\\olga',
  'Windows\\System32\\inetsrv\\backup',
  'Windows\\System32\\inetsrv\\config',
  'Windows\\System32\\Tasks',
  'Windows\\System32\\winevt',
];
const KEYS = [
  'SOFTWARE\\Microsoft\\SystemCertificates\\MY',
  'SOFTWARE\\Microsoft\\SystemCertificates\\WebHosting',
  ...['HTTP', 'IISADMIN', 'W3SVC', 'WAS'].map((name) => `SYSTEM\\CurrentControlSet\\Services\\${name}`),
].map((key) => `HKEY_LOCAL_MACHINE\\${key}`);

/** That they are there saves a look at each key above them, with a start of reg.exe: that way is walked in every other lab. */
const EMPTY_KEYS = [
  'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\REQUEST',
  'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002',
];

/**
 * A lab with these faults whose https bindings are at a port that is free here. Its addresses are those of this computer:
 * the program asks Windows for them, and Wine tells those of the host.
 */
export async function labOnFreePort(...faults: readonly string[]): Promise<MemoryDisk> {
  const port = await freePort();
  const config = Buffer.from(defaultConfig().toString('utf8').replaceAll('*:443:', `*:${port}:`));
  const own = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ address }) => !address.startsWith('fe80:'));
  const addresses = own.filter(({ internal }) => !internal).map(({ address }) => address);
  const foreignAddresses = own.some(({ address }) => address === '::1') ? [] : ['::1'];
  const { disk } = newLab({ config, faults, addresses, foreignAddresses });
  const server = openLab(disk);
  for (const key of EMPTY_KEYS) server.registry.makeKey(key);
  server.save();
  return disk;
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Puts the server in the place of the one before. */
export async function layOut(prefix: Prefix, lab: MemoryDisk): Promise<void> {
  const drive = folderDisk(prefix.drive);
  for (const name of [...FILES, ...FOLDERS]) drive.remove(`C:\\${name}`);
  for (const path of foldersOf(lab, 'C:')) drive.makeFolder(path);
  for (const [path, bytes] of lab.files()) {
    // The programs are there for real, and so is the registry.
    if (!/\.exe$/i.test(path) && path !== LAB_REGISTRY) drive.write(path, bytes);
  }
  const { registry } = openLab(lab);
  const empty = new Map(KEYS.map((key) => [key, new Map()] as const));
  await importInto(prefix, drive, registryChanges(empty, new Map()));
  await importInto(prefix, drive, registryChanges(new Map(), snapshotOf(registry, 'HKEY_LOCAL_MACHINE')));
}

function foldersOf(disk: Disk, path: string): readonly string[] {
  const folders = (disk.list(path)?.folders ?? []).map((name) => `${path}\\${name}`);
  return folders.flatMap((folder) => [folder, ...foldersOf(disk, folder)]);
}

/** Through reg.exe, as everything else that reaches Wine's registry. */
async function importInto(prefix: Prefix, drive: Disk, file: Buffer | undefined): Promise<void> {
  if (file === undefined) return;
  drive.write('C:\\import.reg', file);
  const ran = await runIn(prefix, 'reg', ['import', 'C:\\import.reg']);
  drive.remove('C:\\import.reg');
  if (ran.code !== 0) throw new Error(`reg import ended with ${ran.code}: ${ran.out}${ran.err}`);
}
