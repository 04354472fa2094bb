// How many programs a check, a fix and an undo start: on Windows each start costs 30 to 100 ms.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guarded } from '../../src/ground/guarded.ts';
import { defaultConfig } from '../../src/lab/config/default-config.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { deleteRecord, readRecords } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import type { Machine } from '../../src/machine/machine.ts';
import type { Command } from '../../src/model/repair/command.ts';
import { stepsToUndo, undoRun } from '../../src/repair/executor/undo.ts';
import { byWord } from '../support/by-word.ts';
import { diagnoseLab, fixLab, labDisk, latest, machineOn } from '../support/run-lab.ts';
import { sharedKey } from '../support/small-lab.ts';

const BINDING = /^.*bindingInformation="\*:443:shop\.example\.test" sslFlags="1".*\r\n/m;

/** One site with `n` host names, all in one certificate, and without a record for any of them. */
function lost(n: number): MemoryDisk {
  const config = defaultConfig()
    .toString('utf8')
    .replace(BINDING, (line) => Array.from({ length: n }, (_none, at) => line.replace('shop', `shop${at}`)).join(''));
  const disk = labDisk({ config: Buffer.from(config), keyPool: () => sharedKey() });
  const server = openLab(disk);
  for (const { table, endpoint } of readRecords(server)) if (table === 'sni') deleteRecord(server, table, endpoint);
  server.save();
  return disk;
}

/** The machine behind its gate, and what it was asked to start since the last time somebody asked. */
function counted(disk: MemoryDisk): { readonly machine: Machine; taken(): Counts } {
  const plain = byWord(machineOn(disk), disk);
  let starts: string[] = [];
  const taken = () => {
    const all = counts(starts);
    starts = [];
    return all;
  };
  const run: Machine['run'] = (command, secrets) => {
    starts.push(purpose(command));
    return plain.run(command, secrets);
  };
  return { machine: guarded({ ...plain, run }), taken };
}

type Counts = Readonly<Record<string, number>>;

const counts = (starts: readonly string[]): Counts =>
  Object.fromEntries([...new Set(starts)].map((each) => [each, starts.filter((start) => start === each).length]));

const sum = (of: Counts): number => Object.values(of).reduce((all, each) => all + each, 0);

/** The program and what it is asked for, without names that are drawn anew each time and the long way to most keys. */
const purpose = ({ program, args }: Command): string =>
  [program, ...args.filter((each) => typeof each === 'string').slice(0, program === 'reg' ? 4 : 2)]
    .filter((each) => !/^(?:\/[yv]|[0-9a-f]{64})$/.test(each))
    .join(' ')
    .replace(/\.new-[\w-]+/, '.new')
    .replace('HKLM\\SYSTEM\\CurrentControlSet\\', '')
    .replace('HKLM\\SOFTWARE\\', '');

/** Once each. */
const once = (...starts: readonly string[]): Counts => counts(starts);

/** Which server it is, and what its netsh can do: what no repair changes is asked by the first look alone. */
const LASTING = once(
  'reg query Microsoft\\Cryptography MachineGuid',
  'reg query Control\\ComputerName\\ComputerName ComputerName',
  'reg query Services\\Tcpip\\Parameters Domain',
  'reg query Microsoft\\Windows NT\\CurrentVersion CurrentBuildNumber',
  'reg query Microsoft\\Windows NT\\CurrentVersion EditionID',
  'netsh http add',
  'netsh http update',
);

/** The rest of a look: as much whatever lies there, since each is asked for all that it can tell. */
const LOOK = once(
  // The SSL records are a part of it.
  'reg export Services\\HTTP',
  'reg export Services\\W3SVC',
  'reg export Services\\IISADMIN',
  'reg export Services\\SstpSvc',
  'reg export Microsoft\\SystemCertificates\\MY',
  'reg export Microsoft\\SystemCertificates\\WebHosting',
  'reg export Microsoft\\SystemCertificates\\REQUEST',
  // Since there is no REQUEST.
  'reg query Microsoft\\SystemCertificates',
  'reg export Microsoft\\Windows NT\\CurrentVersion\\ProfileList',
  'reg export Control\\SecurityProviders\\SCHANNEL',
  // Neither a policy for cipher suites nor a central certificate store.
  'reg query Policies\\Microsoft',
  'reg query Microsoft',
  'icacls C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys /save',
  'icacls C:\\ProgramData\\Microsoft\\Crypto\\Keys /save',
  'wevtutil qe System',
);

/** What making our own folder starts, closed on safe ground and proved, the first time that something is changed here. */
const FOLDER = once(
  'icacls C:\\Windows\\iis-ssl-heal.new /setowner',
  'icacls C:\\Windows\\iis-ssl-heal.new /inheritance:r',
  // Windows' own folder and ProgramData, side by side.
  'icacls C:\\* /save',
  'icacls C:\\Windows\\iis-ssl-heal.new /save',
  'reg add iis-ssl-heal',
  'reg query iis-ssl-heal',
);

/** Judging our own folder: its proof, and who may write in it, above it and below it. */
const JUDGED = once(
  'reg query iis-ssl-heal',
  'icacls C:\\ProgramData /save',
  'icacls C:\\ProgramData\\iis-ssl-heal /save',
  'icacls C:\\ProgramData\\iis-ssl-heal\\* /save',
);

/** Each record: a look just before the act, the act, and a look behind it. */
const acts = (n: number, act: string): Counts => ({ 'reg export Services\\HTTP\\Parameters': 2 * n, [act]: n });

it('a look at 200 lost records starts no more programs than one at a single one', async () => {
  for (const n of [1, 200]) {
    const { machine, taken } = counted(lost(n));
    await diagnoseLab(machine);
    expect(taken()).toEqual({ ...LASTING, ...LOOK });
  }
  expect(sum(LASTING) + sum(LOOK)).toBeLessThan(25);
});

describe.each([1, 25, 200])('with %i lost records', (n) => {
  it('no program is started for what is known at that moment', { timeout: 300_000 }, async () => {
    const disk = lost(n);
    const { machine, taken } = counted(disk);
    const seen = await diagnoseLab(machine);
    expect(taken()).toEqual({ ...LASTING, ...LOOK });
    const { report } = await fixLab(disk, machine, { seen });
    expect(report.outcome).toBe('healed');
    const fix = taken();
    expect(fix).toEqual({ ...FOLDER, ...acts(n, 'netsh http add'), ...LOOK });
    expect(sum(fix)).toBeLessThanOrEqual(4 * n + 20);
    const run = await latest(disk);
    const undone = await undoRun(run, stepsToUndo(run, machine.systemRoot), machine);
    expect(undone.steps.map(({ outcome }) => outcome)).toEqual(Array.from({ length: n }, () => 'undone'));
    const undo = taken();
    expect(undo).toEqual(acts(n, 'netsh http delete'));
    expect(sum(undo)).toBeLessThanOrEqual(3 * n + 10);
  });
});

it('our own folder is judged by whoever comes to it first, and anew before a change', async () => {
  const disk = lost(1);
  await fixLab(disk, machineOn(disk));
  const { machine, taken } = counted(disk);
  const seen = await diagnoseLab(machine);
  expect(taken()).toEqual({ ...LASTING, ...LOOK, ...JUDGED });
  await fixLab(disk, machine, { seen });
  expect(taken()).toEqual({ ...JUDGED, ...LOOK });
});

it('the page of figures says as much', () => {
  const page = readFileSync('docs/performance.md', 'utf8');
  const [look, judged] = [sum(LASTING) + sum(LOOK), sum(JUDGED)];
  expect(page).toContain(`| ${look}, and ${judged} more where our data folder is there`);
  expect(page).toContain(`| 3n + ${sum(FOLDER) + sum(LOOK)} |`);
});
