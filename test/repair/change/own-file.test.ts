// No file of ours is read into memory whatever its size: not the ledger, the limits, the log or the healthy states.

import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { liveReader } from '../../../src/evidence/readers/live-reader.ts';
import { sourceReader } from '../../../src/evidence/readers/read-source.ts';
import { fileSystem } from '../../../src/machine/files/file-system.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import type { BaselineState } from '../../../src/model/server/healthy-state.ts';
import { baselineFile, ledgerFile, policyFile } from '../../../src/model/server/places.ts';
import { writeBaselineFile } from '../../../src/own-files/baseline.ts';
import { takeLock } from '../../../src/repair/change/lock.ts';
import { readRun } from '../../../src/repair/journal/read-journal.ts';
import { readLedger, readPolicy } from '../../../src/unattended/memory.ts';
import { pauseNotes, pauseOf } from '../../../src/unattended/pause.ts';
import { readTrailOf, writeTrail } from '../../../src/unattended/trail.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const LAB = machineOn(labDisk());
const PLACES = { systemRoot: 'C:\\Windows', programData: 'C:\\ProgramData' };
const LOG = 'C:\\ProgramData\\iis-ssl-heal\\log\\self-heal.jsonl';
const PAUSE = 'C:\\ProgramData\\iis-ssl-heal\\pause';

/** A machine with these files, each a gigabyte of nothing, which takes no room on the disk. */
function withHuge(...paths: readonly string[]): Machine {
  const folder = temporaryFolder();
  const hostPath = (path: string) => join(folder, ...path.replace('C:', '').split('\\'));
  for (const path of paths) {
    mkdirSync(dirname(hostPath(path)), { recursive: true });
    writeFileSync(hostPath(path), '');
    truncateSync(hostPath(path), 2 ** 30);
  }
  return { ...LAB, ...fileSystem(hostPath) };
}

describe('a file of ours that something has blown up', () => {
  it('is named with its reason: the ledger and the limits', async () => {
    const machine = withHuge(ledgerFile(PLACES), policyFile(PLACES));
    expect(await readLedger(machine)).toEqual({
      ok: false,
      error: `${ledgerFile(PLACES)} cannot be read: it is larger than 64 MB`,
    });
    expect(await readPolicy(machine)).toMatchObject({ ok: false });
  });

  it('is not known: the healthy states', async () => {
    const { value: baseline } = await sourceReader(liveReader(withHuge(baselineFile(PLACES))))('baseline');
    expect(baseline).toMatchObject({
      known: false,
      why: `${baselineFile(PLACES)} cannot be read: it is larger than 64 MB`,
    });
  });

  it('has no lines, and takes none: the log', async () => {
    const machine = withHuge(LOG);
    expect(await readTrailOf(machine)).toEqual([]);
    const line = { at: '', by: '', outcome: 'healthy', exitCode: 0, findings: [], message: '' } as const;
    expect(await writeTrail(machine, line as never)).toContain('it is larger than 64 MB');
  });

  it('still pauses, whatever its size: the pause file', async () => {
    expect(await pauseOf(withHuge(PAUSE))).toEqual({});
    // Nobody has seen what it says, so nobody is told that it is a pause.
    expect(await pauseNotes(withHuge(PAUSE))).toEqual([
      'whether unattended repairs are paused could not be read: it is larger than 64 MB',
    ]);
  });
});

describe('the healthy states that are written', () => {
  it('are as many, newest first, as can be read again', () => {
    const state = (day: number): BaselineState => {
      const at = `2026-03-${String(31 - day).padStart(2, '0')}T09:00:00.000Z`;
      const binding = { endpoint: { table: 'ip', name: 'x'.repeat(9_000) }, site: 'Shop', siteId: 1 };
      return { firstSeen: at, lastSeen: at, records: [], bindings: [binding], certificates: [] } as never;
    };
    const all = { states: Array.from({ length: 10 }, (_each, day) => state(day)) };
    const written = writeBaselineFile(all, 65_536);
    expect(written.length).toBeLessThanOrEqual(65_536);
    const text = Buffer.from(written).toString('latin1');
    expect(text.match(/"lastSeen":"[^"]*"/g)).toEqual(
      [31, 30, 29, 28, 27, 26, 25].map((day) => `"lastSeen":"2026-03-${day}T09:00:00.000Z"`),
    );
  });

  it('is damage: an entry of a journal', async () => {
    const folder = 'C:\\ProgramData\\iis-ssl-heal\\runs\\0001-20260302T090000Z';
    const run = await readRun(
      withHuge(`${folder}\\0000-run.json`, `${folder}\\0001-plan.json`),
      '0001-20260302T090000Z',
    );
    expect(run?.damage).toContain('it is larger than 64 MB');
  });

  it('is nobody else’s to take: the lock', async () => {
    const lock = 'C:\\ProgramData\\iis-ssl-heal\\lock.json';
    expect(await takeLock(withHuge(lock), 'olga')).toMatchObject({ ok: false });
  });
});
