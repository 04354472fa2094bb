// Names, flags and records in the way on a lab: healed under every answer to what is not known, proved, and taken back.

import { describe, expect, it } from 'vitest';
import type { LabOptions } from '../../src/lab/create.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { applyFault } from '../../src/lab/faults/faults.ts';
import { putRecord, readRecord } from '../../src/lab/http/http-sys.ts';
import { openLab } from '../../src/lab/open.ts';
import { type Answers, UNKNOWNS } from '../../src/lab/unknowns.ts';
import { flaglessLab } from '../support/names-lab.ts';
import { served } from '../support/new-lab.ts';
import {
  diagnoseLab,
  failure,
  fixLab,
  ids,
  labDisk,
  machineOn,
  reboot,
  restart,
  stateOf,
  stubbornAdd,
  tell,
  undoLatest,
} from '../support/run-lab.ts';

const SHOP = 'shop.example.test';
const YES = { yes: 'disruptive' } as const;

const ORDERS: readonly Answers[] = UNKNOWNS['record-order'].answers.map((order) => ({ 'record-order': order }));
const EDITS: readonly Answers[] = UNKNOWNS['config-flags'].answers.map((flags) => ({ 'config-flags': flags }));

const faulty =
  (fault: string) =>
  (unknowns: Answers = {}, options: LabOptions = {}): MemoryDisk =>
    labDisk({ faults: [fault], unknowns, ...options });

const WRONG = 'wrong-name:*:443:shop.example.test';
const KINDS: readonly (readonly [string, (answers?: Answers) => MemoryDisk, id: string, readonly Answers[]])[] = [
  ['wrong-name', faulty('wrong-name'), WRONG, ORDERS],
  ['wrong-name, the flag', flaglessLab, WRONG, [...ORDERS, ...EDITS]],
  ['wrong-name, the flag written as 0', (answers = {}) => flaglessLab(answers, ' sslFlags="0"'), WRONG, EDITS],
  ['shadowing-record', faulty('shadowing-record'), 'shadowing-record:192.0.2.9:443', ORDERS],
];

describe.each(KINDS)('%s', (_name, lab, id, all) => {
  it.each(all)('is healed, stays so, and is taken back byte for byte: %j', async (answers) => {
    const disk = lab(answers);
    const before = stateOf(disk);
    const { before: found, report, repairs } = await fixLab(disk, machineOn(disk), YES);
    expect(ids(found)).toContain(id);
    expect(repairs.plans.map(({ risk }) => risk)).toEqual(['disruptive']);
    expect(Object.keys(stateOf(disk))).toEqual(Object.keys(before));
    restart(disk);
    reboot(disk);
    const server = openLab(disk);
    expect(readRecord(server, 'ip', '0.0.0.0:443')).toMatchObject({ checkMode: 1, urlTimeout: 15000, flags: 2 });
    // Where the wildcard goes before the host name, visitors of Shop get another certificate with or without this fault.
    if (answers['record-order'] !== 'wildcard-first') {
      expect([report.outcome, report.after?.findings]).toEqual(['healed', []]);
      const { thumbprint } = readRecord(server, 'sni', `${SHOP}:443`)!;
      for (const address of ['127.0.0.1', '192.0.2.9']) expect(await served(server, SHOP, address)).toBe(thumbprint);
      expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
    }
    const undone = await undoLatest(disk);
    const outcomes = undone.steps.map(({ outcome }) => outcome);
    expect(outcomes.filter((each) => each !== 'undone' && each !== 'already-so')).toEqual([]);
    expect(stateOf(disk)).toEqual(before);
  });

  it('is not touched by --yes alone', async () => {
    const disk = lab();
    const before = stateOf(disk);
    const { report } = await fixLab(disk, machineOn(disk));
    expect(report.plans.map(({ verdict }) => verdict)).not.toContain('healed');
    expect(stateOf(disk)).toEqual(before);
  });
});

describe('where a program fails or does nothing, all is as it was:', () => {
  it.each([
    ['wrong-name', faulty('wrong-name'), stubbornAdd()],
    ['wrong-name', faulty('wrong-name'), [failure('netsh', 'delete', 'nothing')]],
    ['wrong-name', faulty('wrong-name'), [failure('netsh', 'certhash', 'nothing')]],
    ['shadowing-record', faulty('shadowing-record'), [failure('netsh', 'delete', 'nothing')]],
    ['shadowing-record', faulty('shadowing-record'), [failure('netsh', 'delete', 'hang')]],
    ['the flag', flaglessLab, [failure('appcmd', 'backup', 'nothing')]],
    ['the flag', flaglessLab, [failure('netsh', 'show', 'missing')]],
  ])('%s, %#', async (_name, lab, wrong) => {
    const disk = lab();
    const before = stateOf(disk);
    tell(disk, ...wrong);
    const { report } = await fixLab(disk, machineOn(disk), YES);
    expect(report.outcome).toBe('rolled-back');
    expect(stateOf(disk)).toEqual(before);
  });

  it('the flag, where IIS makes the record anew and netsh cannot correct that', async () => {
    const disk = flaglessLab({ 'config-flags': 'records-made-anew' });
    const server = openLab(disk);
    putRecord(server, { ...readRecord(server, 'sni', `${SHOP}:443`)!, flags: 2 });
    server.save();
    const before = stateOf(disk);
    tell(disk, ...stubbornAdd());
    const { report } = await fixLab(disk, machineOn(disk), YES);
    expect(report.outcome).toBe('rolled-back');
    expect(stateOf(disk)).toEqual(before);
  });
});

describe('together', () => {
  it.each([
    [['wrong-name', 'shadowing-record']],
    [['shadowing-record', 'wrong-name']],
    [['stale-hash', 'wrong-name', 'shadowing-record']],
    [['stranded-key', 'wrong-name', 'shadowing-record']],
    [['lost-binding', 'shadowing-record']],
  ])('%j are healed in an order that works', async (faults) => {
    const disk = labDisk({ faults });
    const before = stateOf(disk);
    const { report } = await fixLab(disk, machineOn(disk), YES);
    expect([report.outcome, report.after?.findings]).toEqual(['healed', []]);
    restart(disk);
    reboot(disk);
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
    await undoLatest(disk);
    const keys = Object.keys(stateOf(disk)).filter((path) => path in before);
    expect(Object.fromEntries(keys.map((path) => [path, stateOf(disk)[path]]))).toEqual(before);
  });

  it('two edits of the configuration are two runs', async () => {
    const disk = flaglessLab();
    const server = openLab(disk);
    applyFault(server, 'stale-hash');
    server.save();
    const { report, repairs } = await fixLab(disk, machineOn(disk), YES);
    expect(repairs.blocked.map(({ finding, blocked }) => [finding.id, blocked.why])).toEqual([
      [
        'wrong-name:*:443:shop.example.test',
        'stale-hash:LM/W3SVC/1 has to be repaired first, then this by another fix: both change the same thing',
      ],
    ]);
    expect(report.outcome).toBe('faults-remain');
    expect((await fixLab(disk, machineOn(disk), YES)).report.outcome).toBe('healed');
  });
});
