// Rows of the table of what a run on a real Windows leans on, each under every answer that Windows may have to it.

import { describe, expect, it } from 'vitest';
import { readStore } from '../../src/lab/certificates/store.ts';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { openLab } from '../../src/lab/open.ts';
import { setKeySddl, storedSddl } from '../../src/lab/permissions/acls.ts';
import { whoami } from '../../src/lab/programs/whoami.ts';
import { UNKNOWNS } from '../../src/lab/unknowns.ts';
import { whoRuns } from '../../src/machine/windows/who-runs.ts';
import type { Command, RunResult } from '../../src/model/repair/command.ts';
import { diagnoseLab, fixLab, ids, labDisk, machineOn, stateOf, undoLatest } from '../support/run-lab.ts';
import { callers, ended } from '../support/say.ts';

const MACHINE_KEYS = 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys';

/** A key that another program has shut to all but its own account, in the folder of the sites' keys. */
const CLOSED = `${MACHINE_KEYS}\\0123456789abcdef0123456789abcdef_12345678-1234-1234-1234-123456789abc`;

/**
 * A26: at exit code 5 the saved permissions of all key files were thrown away: beside one closed file of another program a
 * key that SYSTEM may not read was not found, and the visitors of its site stayed turned away.
 */
describe.each(UNKNOWNS['icacls-closed-file'].answers)('A26: a key file that is %s by icacls', (answer) => {
  const labWith = (faults: readonly string[]) => {
    const disk = labDisk({ faults, unknowns: { 'icacls-closed-file': answer } });
    const server = openLab(disk);
    server.disk.write(CLOSED, Buffer.from('key'));
    setKeySddl(server, CLOSED, 'O:NSG:NSD:PAI(A;;FA;;;NS)');
    server.save();
    return disk;
  };

  it('keeps nobody from finding and opening another one', async () => {
    const disk = labWith(['closed-key']);
    expect(ids(await diagnoseLab(machineOn(disk)))).toHaveLength(1);
    expect((await fixLab(disk, machineOn(disk))).report.outcome).toBe('healed');
    expect((await diagnoseLab(machineOn(disk))).verdict).toBe('healthy');
  });

  it('is not checked where it is the key of a site that is served, and no fault', async () => {
    const disk = labWith([]);
    const before = await diagnoseLab(machineOn(disk));
    const [key] = before.chains.flatMap((chain) =>
      chain.key.known && chain.key.value && 'file' in chain.key.value ? chain.key.value.file : [],
    );
    const server = openLab(disk);
    setKeySddl(server, key ?? '', 'O:SYG:SYD:PAI(A;;FA;;;SY)');
    server.save();
    const { chains, verdict } = await diagnoseLab(machineOn(disk));
    expect(chains[0]?.links.find(({ name }) => name === 'access')?.state).toBe(answer === 'saved' ? 'ok' : 'unknown');
    expect(verdict).toBe('healthy');
  });

  it('is the only one whose permissions are not known', async () => {
    const { evidence, chains, verdict } = await diagnoseLab(machineOn(labWith([])));
    expect(evidence.acls.known && evidence.acls.value.has(CLOSED.toLowerCase())).toBe(answer === 'saved');
    expect(
      chains.flatMap(({ links }) => links.filter(({ name }) => name === 'access')).map(({ state }) => state),
    ).toEqual(chains.map(() => 'ok'));
    expect(verdict).toBe('healthy');
  });
});

/**
 * A18: refused was told as "certutil ended with 0x80092007" alone, a fault of the repair that the task tries again; leaving
 * NoRoot out would have made the server trust what it may not have trusted.
 */
describe.each(UNKNOWNS['import-self-signed'].answers)('A18: a self-signed server certificate that is %s', (answer) => {
  it.each(['stranded-key', 'signature-only-key'])('is healed of %s, or as before with the reason', async (fault) => {
    const disk = labDisk({ faults: [fault], unknowns: { 'import-self-signed': answer } });
    const before = stateOf(disk);
    const roots = readStore(openLab(disk), 'Root');
    const { report } = await fixLab(disk, machineOn(disk), { choices: { way: 'move' }, yes: 'disruptive' });
    expect(readStore(openLab(disk), 'Root')).toEqual(roots);
    expect(report.outcome).toBe(answer === 'imported' ? 'healed' : 'needs-person');
    if (answer === 'imported') return;
    expect(stateOf(disk)).toEqual(before);
    expect(report.plans.map(({ blocked }) => blocked?.why)).toEqual([expect.stringContaining('0x80092007')]);
  });
});

/**
 * A28: the lists were compared as text, so a configuration whose inherited entries are not those of its folder today (a copy
 * that was moved there) was never edited: "the permissions cannot be kept".
 */
describe.each(UNKNOWNS['restored-inheritance'].answers)('A28: inherited entries that icacls restores %s', (answer) => {
  const labWith = (fault: string, path: string, sddl: string) => {
    const disk = labDisk({ faults: [fault], unknowns: { 'restored-inheritance': answer } });
    const server = openLab(disk);
    setKeySddl(server, path, sddl);
    server.save();
    return disk;
  };
  const own = '(A;;FR;;;S-1-5-21-1-2-3-9)';
  const asSaved = answer === 'as-saved';

  it('are no reason to leave a fault where they let nobody do more', async () => {
    const disk = labWith('stale-hash', CONFIG_PATH, `O:BAG:SYD:AI${own}(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;BU)`);
    expect((await fixLab(disk, machineOn(disk))).report.outcome).toBe('healed');
    const users = asSaved ? 'FA' : '0x1200a9';
    expect(storedSddl(openLab(disk), CONFIG_PATH)).toBe(
      `O:BAG:SYD:AI${own}(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;${users};;;BU)`,
    );
  });

  it('let nobody in whom the file kept out', async () => {
    const disk = labWith('stale-hash', CONFIG_PATH, `O:BAG:SYD:AI${own}(A;ID;FA;;;SY)(A;ID;FA;;;BA)`);
    const before = stateOf(disk);
    const { report } = await fixLab(disk, machineOn(disk));
    expect(report.outcome).toBe(asSaved ? 'healed' : 'rolled-back');
    if (asSaved) return;
    expect(report.plans[0]?.detail).toContain('cannot be kept');
    expect(stateOf(disk)).toEqual(before);
  });
});

/**
 * A28, of key files: an undo left a file that had been moved there without its inherited entries, and nobody but its owner
 * could open it.
 */
describe.each(UNKNOWNS['restored-inheritance'].answers)(
  'A28: a closed key whose entries icacls restores %s',
  (answer) => {
    it.each([
      [
        'are handed down by its folder is healed, and its list put back',
        'D:P(A;;0x12019f;;;WD)(A;OICI;FA;;;BA)',
        'healed',
      ],
      ['are not is left as it is', 'D:P(A;;0x12019f;;;WD)(A;;FA;;;BA)', 'needs-person'],
    ])('and %s', async (_name, folder, outcome) => {
      const disk = labDisk({ faults: ['closed-key'], unknowns: { 'restored-inheritance': answer } });
      const server = openLab(disk);
      const [name = ''] = disk.list(MACHINE_KEYS)?.files ?? [];
      const list = 'O:BAG:SYD:AI(D;;FR;;;SY)(A;ID;FA;;;BA)';
      setKeySddl(server, MACHINE_KEYS, folder);
      setKeySddl(server, `${MACHINE_KEYS}\\${name}`, list);
      server.save();
      const { report } = await fixLab(disk, machineOn(disk));
      expect(report.outcome).toBe(outcome);
      if (outcome === 'healed') await undoLatest(disk);
      expect(storedSddl(openLab(disk), `${MACHINE_KEYS}\\${name}`)).toBe(list);
    });
  },
);

/**
 * A37: at exit code 1 nobody was known to run the program: no repair, and a lock in the name of "somebody", on the very day on
 * which a domain controller is away.
 */
describe.each(UNKNOWNS['groups-of-the-session'].answers)('A37: where the groups of the session are %s', (answer) => {
  const disk = labDisk({ unknowns: { 'groups-of-the-session': answer } });
  const { owner, plain, system } = callers(openLab(disk));

  it.each([
    ['its owner, elevated', owner],
    ['its owner, not elevated', plain],
    ['SYSTEM', system],
  ])('whoever runs it is known: %s', async (_name, caller) => {
    const run = async ({ program, args }: Command): Promise<RunResult> => {
      expect(program).toBe('whoami');
      const { exitCode, stdout, stderr } = ended(whoami)(args.map(String), openLab(disk), caller);
      return { started: true, exitCode, stdout, stderr };
    };
    expect(await whoRuns(run, 'C:\\Windows')).toMatchObject({
      known: true,
      value: { sid: caller.sid, elevated: caller.elevated },
    });
  });
});
