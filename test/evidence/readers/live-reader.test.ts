// A registry key that is there and cannot be read is not a key that is not there.

import { describe, expect, it } from 'vitest';
import { collect } from '../../../src/evidence/collect.ts';
import { liveReader } from '../../../src/evidence/readers/live-reader.ts';
import { recording } from '../../../src/evidence/readers/recording-reader.ts';
import { deleteEntry, putEntry, readStore } from '../../../src/lab/certificates/store.ts';
import type { MemoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { putRecord, readRecord } from '../../../src/lab/http/http-sys.ts';
import { openLab } from '../../../src/lab/open.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import type { RunResult } from '../../../src/model/repair/command.ts';
import { diagnoseLab, failure, labDisk, machineOn, tell } from '../../support/run-lab.ts';

/** A healthy server whose first site has its certificate in WebHosting. */
function hosted(): MemoryDisk {
  const disk = labDisk();
  const server = openLab(disk);
  const record = readRecord(server, 'ip', '0.0.0.0:443')!;
  const entry = readStore(server, 'MY')!.find(({ thumbprint }) => thumbprint === record.thumbprint)!;
  putEntry(server, 'WebHosting', entry);
  deleteEntry(server, 'MY', record.thumbprint);
  putRecord(server, { ...record, store: 'WebHosting' });
  server.save();
  return disk;
}

/** The machine whose `reg query` of a key above ends as told. */
const answering = (machine: Machine, answer: Partial<RunResult>): Machine => ({
  ...machine,
  run: async (command, secrets) => {
    const ran = await machine.run(command, secrets);
    const isListing = command.program === 'reg' && command.args[0] === 'query' && command.args.length === 2;
    return isListing ? ({ ...ran, ...answer } as RunResult) : ran;
  },
});

describe('a store whose key cannot be exported', () => {
  it('is healthy where it can', async () => {
    expect((await diagnoseLab(machineOn(hosted()))).verdict).toBe('healthy');
  });

  it.each([
    ['is closed to this account', 1],
    ['fails in another way', 5],
  ])('is not read where it %s: nothing in it is called missing', async (_name, exitCode) => {
    const disk = hosted();
    tell(disk, failure('reg', 'WebHosting', 'fail', 1, exitCode));
    const diagnosis = await diagnoseLab(machineOn(disk));
    expect(diagnosis.evidence.storeWebHosting.known).toBe(false);
    expect([diagnosis.verdict, diagnosis.findings]).toEqual(['unknown', []]);
  });

  it('is not in an evidence folder either, which would say that there is none', async () => {
    const disk = hosted();
    tell(disk, failure('reg', 'WebHosting', 'fail'));
    const kept = recording(liveReader(machineOn(disk)));
    await collect(kept.reader);
    expect(kept.files().has('registry/store-WebHosting.reg')).toBe(false);
  });

  it('says what it is', async () => {
    const disk = hosted();
    tell(disk, failure('reg', 'WebHosting', 'fail'));
    const { storeWebHosting } = await collect(liveReader(machineOn(disk)), 'state');
    expect(storeWebHosting).toMatchObject({
      known: false,
      why: 'the registry key HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\WebHosting is there and cannot be read',
    });
  });
});

describe('a key that is absent', () => {
  const old = () => machineOn(labDisk({ osBuild: 7601 }));

  it('is one that the key above does not name', async () => {
    expect((await collect(liveReader(old()), 'state')).storeWebHosting).toMatchObject({ known: true, value: [] });
  });

  it.each<[string, Partial<RunResult>]>([
    ['is closed', { exitCode: 1, stdout: Buffer.alloc(0) }],
    ['says nothing', { stdout: Buffer.alloc(0) }],
    ['answers in words alone', { stdout: Buffer.from('ERROR: Access is denied.\r\n') }],
    ['does not answer in time', { started: false } as Partial<RunResult>],
  ])('is not known to be where the key above %s', async (_name, answer) => {
    const { storeWebHosting } = await collect(liveReader(answering(old(), answer)), 'state');
    expect(storeWebHosting).toMatchObject({
      known: false,
      why: 'the registry key HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\WebHosting was not exported',
    });
  });
});

describe('the key of a service that cannot be exported', () => {
  it('is no service that is not installed', async () => {
    const disk = labDisk();
    tell(disk, failure('reg', 'Services\\W3SVC', 'fail'));
    expect((await collect(liveReader(machineOn(disk)))).services.known).toBe(false);
  });
});

describe('the SSL records', () => {
  const closed = () => failure('reg', 'Services\\HTTP', 'fail');

  it('are asked for by themselves where the key of their service cannot be exported', async () => {
    const disk = labDisk();
    tell(disk, closed());
    const { records, services } = await collect(liveReader(machineOn(disk)));
    expect([records.known, services.known]).toEqual([true, false]);
    expect(records.source).toMatchObject({ shown: expect.stringContaining('HTTP\\Parameters') });
  });

  it('are not "none" where neither the registry nor netsh could be read', async () => {
    const disk = labDisk();
    tell(disk, closed(), closed(), failure('netsh', 'show', 'fail'));
    const diagnosis = await diagnoseLab(machineOn(disk));
    expect([diagnosis.evidence.records.known, diagnosis.verdict, diagnosis.findings]).toEqual([false, 'unknown', []]);
  });
});
