// The main job on a server of Windows paths, a real registry and real processes; and the same fault healed by the Linux
// program on a lab folder: the same findings, the same plan with the same commands, the same journal.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import type { Disk } from '../../src/lab/disk/disk.ts';
import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { rebootLab } from '../../src/lab/services/reboot.ts';
import { newFolder, heal as onLinux } from '../support/program.ts';
import { labOnFreePort } from './lay-out.ts';
import { drive, heal, storesAndRecords, windows, withServer } from './server.ts';

afterEach(() => vi.unstubAllEnvs());

const RUNS = 'C:\\ProgramData\\iis-ssl-heal\\runs';

/** The lab in a folder, for --lab. */
function inFolder(lab: MemoryDisk): string {
  const root = join(newFolder(), 'lab');
  mkdirSync(root);
  const disk = folderDisk(root);
  const copyFolder = (path: string) => {
    disk.makeFolder(path);
    for (const name of lab.list(path)?.folders ?? []) copyFolder(`${path}\\${name}`);
  };
  copyFolder('C:');
  for (const [path, bytes] of lab.files()) disk.write(path, bytes);
  return root;
}

/** Every entry of every run, in order. */
function journal(disk: Disk): readonly unknown[] {
  const runs = disk.list(RUNS)?.folders ?? [];
  return runs.flatMap((run) =>
    (disk.list(`${RUNS}\\${run}`)?.files ?? []).map((file) => [
      file,
      JSON.parse(disk.read(`${RUNS}\\${run}\\${file}`)!.toString('utf8')),
    ]),
  );
}

interface Checked {
  readonly findings: readonly unknown[];
  readonly chains: readonly unknown[];
}

type Run = (...args: readonly string[]) => Promise<{ code: number; out: string; err: string }>;

/** Check, plan and fix, as JSON; the server starts anew, is found healthy, and there is nothing to mend; undo. */
async function course(run: Run, restart: () => unknown, disk: Disk) {
  const check = await run('check', '--json');
  const dryRun = await run('fix', '--dry-run');
  const fix = await run('fix', '--yes', '--json');
  await restart();
  const after = await run('fix', '--yes');
  const undo = await run('undo', '--yes');
  const { findings, chains } = JSON.parse(check.out) as Checked;
  return {
    codes: [check, dryRun, fix, after, undo].map(({ code }) => code),
    findings,
    chains,
    plan: dryRun.out,
    fixed: JSON.parse(fix.out) as unknown,
    after: after.out,
    undone: undo.out,
    journal: journal(disk),
  };
}

/** What must differ: how the target is named, how Wine spells its folder, whoami its user, times and run ids. */
function normal(value: unknown, target: string): unknown {
  const text = JSON.stringify(value)
    .replaceAll(` --lab ${target}`, '')
    .replaceAll(target, 'TARGET')
    // Words that mean it, wherever the program runs.
    .replaceAll('this server', 'TARGET')
    .replaceAll('C:\\\\windows', 'C:\\\\Windows')
    .replaceAll('labsrv\\\\olga', 'LABSRV\\\\olga')
    .replaceAll(/\d{4}-\d{8}T\d{6}Z/g, 'RUN')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g, 'TIME')
    // As the heading of a text has it, broken where a line ends.
    .replaceAll(/\b\d{4}-\d\d-\d\d(?= |\\n)/g, 'DATE')
    .replaceAll(/\b\d\d:\d\d:\d\d\b/g, 'TIME')
    // Of an entry with its times and its target's name.
    .replaceAll(/"checksum":"sha256:[0-9a-f]{64}"/g, '"checksum":"CHECKSUM"');
  return JSON.parse(text);
}

/** What it says after ten seconds, on a slow computer. */
const HOW_FAR = /^(?:Looking at .* \.\.\.|Greeting endpoints: \d+ of \d+)\r?\n/gm;

describe('the .exe under Wine', () => {
  it('finds a healthy server healthy', async () => {
    await withServer(await labOnFreePort(), async () => {
      const check = await heal('check');
      expect({ code: check.code, err: check.err.replaceAll(HOW_FAR, '') }).toEqual({ code: 0, err: '' });
      expect(check.out).toContain('Healthy: 2 of 2 https bindings.');
      expect(check.out).toContain('labsrv\\olga');
    });
  });

  it.each(['stranded-key', 'stale-hash', 'lost-binding'])(
    'checks, fixes and takes back as on Linux: %s',
    async (fault) => {
      // A console of Windows is not taken for one that can draw.
      vi.stubEnv('LC_ALL', 'C');
      const lab = await labOnFreePort(fault);
      rebootLab(openLab(lab));
      const folder = inFolder(lab);
      const disk = folderDisk(folder);
      const run: Run = (command = '', ...args) => onLinux(command, '--lab', folder, ...args);
      const linux = await course(run, () => rebootLab(openLab(disk)), disk);
      expect(linux.codes).toEqual([1, 1, 0, 0, 0]);
      await withServer(lab, async () => {
        const [config, registry] = [drive().read(CONFIG_PATH), await storesAndRecords()];
        const wine = await course(heal, () => windows('lab-reboot'), drive());
        expect(normal(wine, 'this server')).toEqual(normal(linux, folder));
        expect(drive().read(CONFIG_PATH)).toEqual(config);
        expect(await storesAndRecords()).toBe(registry);
      });
    },
  );
});
