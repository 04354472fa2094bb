// A record that the ABO mapper has overwritten with a hash that is good: found only by what was remembered, put back exactly.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { STALE_ENTRY, withStaleEntry } from '../../src/lab/config/config-entry.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { type LabRecord, putRecord, readRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import { rememberHealthy } from '../../src/unattended/remember.ts';
import {
  configBytes,
  diagnoseLab,
  fixLab,
  ids,
  labDisk,
  machineOn,
  restart,
  stateOf,
  undoLatest,
} from '../support/run-lab.ts';

const FRONT = '0.0.0.0:443';
const front = (disk: MemoryDisk): LabRecord => readRecord(openLab(disk), 'ip', FRONT)!;
const shop = (disk: MemoryDisk): LabRecord => readRecord(openLab(disk), 'sni', 'shop.example.test:443')!;

function change(disk: MemoryDisk, record: LabRecord): void {
  const server = openLab(disk);
  putRecord(server, record);
  server.save();
}

/** A program with IIS 6 interfaces writes this hash for a site, and the mapper runs. */
function overwrite(disk: MemoryDisk, thumbprint: string, siteId = 1): void {
  const value = Buffer.from(thumbprint, 'hex').toString('base64');
  const entry = STALE_ENTRY.replace(/value="[^"]*"/, `value="${value}"`);
  disk.write(CONFIG_PATH, Buffer.from(withStaleEntry(configBytes(disk), siteId).replace(STALE_ENTRY, entry), 'latin1'));
  restart(disk);
}

async function remember(disk: MemoryDisk): Promise<void> {
  const done = await rememberHealthy(machineOn(disk), await diagnoseLab(machineOn(disk)));
  expect(done).toEqual({ ok: true });
}

describe('a record that has lost its settings', () => {
  it('is found, put back to the very record without the entry, and undone', async () => {
    const disk = labDisk();
    const machine = machineOn(disk);
    change(disk, { ...front(disk), flags: 0x3 });
    const [healthy, config] = [front(disk), configBytes(disk)];
    await remember(disk);
    overwrite(disk, healthy.thumbprint);
    expect(front(disk)).toEqual({ ...healthy, flags: 0, checkMode: 0, urlTimeout: 0 });

    const broken = stateOf(disk);
    const { before, report, repairs } = await fixLab(disk, machine);
    expect(before.findings).toMatchObject([
      {
        id: `overwritten-record:${FRONT}`,
        severity: 'warning',
        message: `The ABO mapper seems to have overwritten the SSL record of ${FRONT} (Default Web Site): it has lost verifyclientcertrevocation=disable, urlretrievaltimeout=15000 and 2 more; if this is meant: iis-ssl-heal baseline save.`,
      },
    ]);
    expect(repairs.plans.map(({ risk, title }) => [risk, title])).toEqual([
      ['safe', `Strip the certificate hash from customMetadata, put the SSL record of ${FRONT} back`],
    ]);
    expect(report).toMatchObject({ outcome: 'healed', after: { verdict: 'healthy' } });
    expect(front(disk)).toEqual(healthy);
    expect(configBytes(disk)).toBe(config);
    restart(disk);
    expect(front(disk)).toEqual(healthy);

    await undoLatest(disk);
    expect(stateOf(disk)).toEqual(broken);
  });

  it('is not found by somebody who never saw the server healthy', async () => {
    const disk = labDisk();
    overwrite(disk, front(disk).thumbprint);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
  });

  it('is not remembered, however often it is looked at', async () => {
    const disk = labDisk();
    await remember(disk);
    overwrite(disk, front(disk).thumbprint);
    const diagnosis = await diagnoseLab(machineOn(disk));
    const later = { ...diagnosis, evidence: { ...diagnosis.evidence, collectedAt: '2026-03-20T00:00:00.000Z' } };
    expect(await rememberHealthy(machineOn(disk), later)).toMatchObject({ ok: false });
  });

  it('comes back whole, whatever its settings were', async () => {
    const start = labDisk();
    const settings = fc.record({
      flags: fc.subarray([0x1, 0x2, 0x10]).map((bits) => bits.reduce((all, bit) => all | bit, 0)),
      checks: fc.subarray([0x1, 0x2, 0x10000]).map((bits) => bits.reduce((all, bit) => all | bit, 0)),
      freshnessTime: fc.constantFrom(0, 60),
      urlTimeout: fc.constantFrom(0, 15000),
    });
    await fc.assert(
      fc.asyncProperty(settings, async ({ checks, freshnessTime, ...rest }) => {
        const disk = start.clone();
        const checkMode = checks | (freshnessTime > 0 ? 0x4 : 0);
        change(disk, { ...front(disk), ...rest, freshnessTime, checkMode });
        const healthy = front(disk);
        await remember(disk);
        overwrite(disk, healthy.thumbprint);
        const { before, report } = await fixLab(disk, machineOn(disk));
        const isPlain = rest.flags === 0 && rest.urlTimeout === 0 && checkMode === 0;
        expect(ids(before)).toEqual(isPlain ? [] : [`overwritten-record:${FRONT}`]);
        expect(report.outcome).toBe('healed');
        expect(front(disk)).toEqual(healthy);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a record that names another certificate', () => {
  it('waits for a yes to what disrupts, and is put back then', async () => {
    const disk = labDisk();
    const machine = machineOn(disk);
    const healthy = front(disk);
    await remember(disk);
    overwrite(disk, shop(disk).thumbprint);
    const held = stateOf(disk);
    const careful = await fixLab(disk, machine);
    expect(careful.repairs.plans.map(({ risk }) => risk)).toEqual(['disruptive']);
    expect(careful.report.outcome).toBe('needs-person');
    expect(stateOf(disk)).toEqual(held);

    const { report } = await fixLab(disk, machine, { yes: 'disruptive' });
    expect(report).toMatchObject({ outcome: 'healed', after: { verdict: 'healthy' } });
    expect(front(disk)).toEqual(healthy);
    await undoLatest(disk);
    expect(stateOf(disk)).toEqual(held);
  });

  it('keeps its entry while what nobody can have meant is repaired, and comes next', async () => {
    const disk = labDisk();
    const machine = machineOn(disk);
    const [healthy, shopRecord] = [front(disk), { ...shop(disk), flags: 0x2 }];
    change(disk, shopRecord);
    await remember(disk);
    overwrite(disk, shopRecord.thumbprint);
    overwrite(disk, shopRecord.thumbprint, 2);

    const first = await fixLab(disk, machine, { yes: 'disruptive' });
    expect(first.repairs.plans.map(({ covers }) => covers)).toEqual([['overwritten-record:shop.example.test:443']]);
    expect(first.repairs.blocked.map(({ finding }) => finding.id)).toEqual([`overwritten-record:${FRONT}`]);
    expect(first.report.outcome).toBe('faults-remain');
    expect(shop(disk)).toEqual(shopRecord);
    const second = await fixLab(disk, machine, { yes: 'disruptive' });
    expect(second.report.outcome).toBe('healed');
    expect([front(disk), shop(disk)]).toEqual([healthy, shopRecord]);
  });
});
