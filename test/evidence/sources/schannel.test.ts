// What is said of Schannel where its keys are there, are not, or were not asked for.

import { describe, expect, it } from 'vitest';
import { collectOnly } from '../../../src/evidence/collect.ts';
import { evidenceIn } from '../../../src/evidence/readers/folder-reader.ts';
import { liveReader } from '../../../src/evidence/readers/live-reader.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../../src/lab/open.ts';
import { numberValue, textValue } from '../../../src/lab/registry/registry-values.ts';
import { folderFiles } from '../../../src/machine/files/folder-files.ts';
import { filesOf } from '../../support/evidence-lab.ts';
import { failure, labDisk, machineOn, tell } from '../../support/run-lab.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SCHANNEL = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL';
const POLICIES = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft';
const POLICY = `${POLICIES}\\Cryptography\\Configuration\\SSL\\00010002`;
const SUITE = 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384';

/** TLS 1.2 switched off, and a policy of one suite. */
function hardened(): MemoryDisk {
  const disk = labDisk();
  const server = openLab(disk);
  server.registry.setValue(`${SCHANNEL}\\Protocols\\TLS 1.2\\Server`, 'Enabled', numberValue(0));
  server.registry.setValue(POLICY, 'Functions', textValue(SUITE));
  server.save();
  return disk;
}

const live = async (disk: MemoryDisk) => (await collectOnly(liveReader(machineOn(disk)), ['schannel'])).schannel;

const inFolder = async (files: Readonly<Record<string, Uint8Array>>) =>
  (await collectOnly(await evidenceIn(folderFiles(temporaryFolder(files))), ['schannel'])).schannel;

const HARDENED = { enabled: new Map([['TLS 1.2', false]]), suites: [SUITE] };

describe('Schannel', () => {
  it('is as Windows has it where nobody has set anything', async () => {
    const disk = labDisk();
    expect(await live(disk)).toMatchObject({ known: true, value: { enabled: new Map() } });
    const files = await filesOf(disk);
    expect(Object.keys(files)).not.toContain('registry/suite-policy.reg');
    expect(await inFolder(files)).toMatchObject({ known: true, value: { enabled: new Map() } });
  });

  it('is read with its policy, live and from a folder', async () => {
    expect(await live(hardened())).toMatchObject({ known: true, value: HARDENED });
    expect(await inFolder(await filesOf(hardened()))).toMatchObject({ known: true, value: HARDENED });
  });

  it.each([
    ['the key just above', `${POLICY}2`],
    ['the key two above', `${POLICIES}\\Cryptography\\Configuration\\Other`],
  ])('has no policy where %s is there', async (_name, key) => {
    const disk = labDisk();
    const server = openLab(disk);
    server.registry.makeKey(key);
    server.save();
    expect(await live(disk)).toMatchObject({ known: true, value: { enabled: new Map() } });
  });

  it.each([
    ['its own key', 'SecurityProviders\\SCHANNEL', 'is there and cannot be read'],
    ['the policy', 'SSL\\00010002', 'is there and cannot be read'],
  ])('is not known where %s is closed', async (_name, argument, why) => {
    const disk = hardened();
    tell(disk, failure('reg', argument, 'fail'));
    expect(await live(disk)).toMatchObject({ known: false, why: expect.stringContaining(why) });
  });

  it('is not known where a key above the policy is closed', async () => {
    const disk = labDisk();
    tell(disk, ...Array.from({ length: 6 }, () => failure('reg', 'Policies\\Microsoft', 'fail')));
    expect(await live(disk)).toMatchObject({ known: false, why: expect.stringContaining('was not exported') });
  });

  it('is read whatever becomes of the list that may tell that there is no policy', async () => {
    for (const act of ['fail', 'nothing'] as const) {
      const disk = hardened();
      tell(disk, failure('reg', 'Policies\\Microsoft', act));
      expect(await live(disk)).toMatchObject({ known: true, value: HARDENED });
    }
  });

  it('is not known in a folder of an earlier version, or with half of it', async () => {
    const { 'registry/schannel.reg': _, ...earlier } = await filesOf(hardened());
    expect(await inFolder(earlier)).toMatchObject({ known: false });
    const { 'registry/suite-policy.reg': __, ...neither } = earlier;
    expect(await inFolder(neither)).toMatchObject({ known: false });
  });

  it('is broken where a file of it is', async () => {
    const files = await filesOf(hardened());
    for (const name of ['registry/schannel.reg', 'registry/suite-policy.reg'])
      expect(await inFolder({ ...files, [name]: Buffer.from('x') })).toMatchObject({ known: false, broken: true });
  });
});
