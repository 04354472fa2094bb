// Rows of the table of what a run on a real Windows leans on, of SSL records and the programs that write them: each under
// every answer that Windows may have to it.

import { describe, expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { applyFault } from '../../src/lab/faults/faults.ts';
import { type LabRecord, putRecord, readRecords } from '../../src/lab/http/http-sys.ts';
import { LAB_REGISTRY, openLab } from '../../src/lab/open.ts';
import type { LabServer } from '../../src/lab/server.ts';
import { type Answers, UNKNOWNS } from '../../src/lab/unknowns.ts';
import { rememberHealthy } from '../../src/unattended/remember.ts';
import { byWord } from '../support/by-word.ts';
import { turnedAway } from '../support/lab-visitors.ts';
import { listenOnly } from '../support/plants.ts';
import {
  diagnoseLab,
  type FixHow,
  failure,
  fixLab,
  ids,
  labDisk,
  machineOn,
  newMachineKeys,
  reboot,
  restart,
  stateOf,
  tell,
} from '../support/run-lab.ts';

const [SERVER_2019, SERVER_2022] = [17763, 20348];
const [CLIENT_CERTIFICATES, REJECT] = [0x2, 0x8];

/** A lab all of whose records have settings that a careless re-bind would lose, then broken. */
function labWith(fault: string, unknowns: Answers, osBuild: number, settings: Partial<LabRecord> = {}) {
  const disk = labDisk({ unknowns, osBuild });
  const server = openLab(disk);
  for (const record of readRecords(server)) putRecord(server, { ...record, ...settings });
  applyFault(server, fault);
  server.save();
  return disk;
}

/** Mends what can be mended: healed, and all visitors served; or as before, with a sentence for each plan. */
async function mend(disk: MemoryDisk, how: FixHow = {}): Promise<'healed' | 'as-before'> {
  const machine = byWord(machineOn(disk), disk);
  const before = stateOf(disk);
  const { report } = await fixLab(disk, machine, { yes: 'disruptive', ...how });
  if (report.outcome === 'healed') {
    expect(turnedAway(openLab(disk))).toEqual([]);
    expect((await diagnoseLab(machine)).findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    return 'healed';
  }
  const changed = newMachineKeys(before, disk);
  expect(Object.fromEntries(Object.entries(stateOf(disk)).filter(([path]) => !changed.includes(path)))).toEqual(before);
  for (const { detail, blocked } of report.plans) expect(blocked?.why ?? detail).not.toBe('');
  return 'as-before';
}

/** Those whose repair writes a record that is there. */
const FAULTS = ['stranded-key', 'no-common-tls', 'superseded-certificate', 'late-client-certificate'];

/** What has to do with the certificate, or heals: each repair may change it. */
const settingsOf = (disk: MemoryDisk, heals: number) =>
  readRecords(openLab(disk)).map(({ thumbprint: _, flags, ...record }) => ({ ...record, flags: flags & ~heals }));

/** The faults that do not end healed. What is asked of a person is answered; a setting is lost with none. */
async function unhealed(unknowns: Answers, osBuild: number, settings: Partial<LabRecord> = {}) {
  const left: string[] = [];
  for (const fault of FAULTS) {
    const disk = labWith(fault, unknowns, osBuild, settings);
    const heals = fault === 'late-client-certificate' ? CLIENT_CERTIFICATES : fault === 'no-common-tls' ? REJECT : 0;
    const before = settingsOf(disk, heals);
    const choices = fault === 'late-client-certificate' ? { way: 'client-certificates' as const } : {};
    if ((await mend(disk, { choices })) === 'as-before') left.push(fault);
    expect(settingsOf(disk, heals)).toEqual(before);
  }
  return left;
}

const SETTINGS: Partial<LabRecord> = { checkMode: 0x10005, freshnessTime: 60, urlTimeout: 9000, ctlStore: 'AuthRoot' };
const [NO_OCSP, TOKEN_BINDING] = [0x80, 0x100];

/** A11: the host is asked; where it names no option of update, the record is deleted and added. */
it.each(UNKNOWNS['update-sslcert'].answers)(
  'A11: netsh http update sslcert that is %s: every record is mended',
  async (answer) => {
    expect(await unhealed({ 'update-sslcert': answer }, SERVER_2022, { ...SETTINGS, flags: NO_OCSP })).toEqual([]);
  },
);

/** A11: a flag that the update only left out stayed: no-common-tls was rolled back, each time anew. */
it.each(UNKNOWNS['update-left-out'].answers)(
  'A11: what an update leaves out is %s: every record is mended',
  async (answer) => {
    expect(await unhealed({ 'update-left-out': answer }, SERVER_2022, { ...SETTINGS, flags: NO_OCSP })).toEqual([]);
  },
);

/**
 * A10: in brackets no option was found; with none known a record was deleted that netsh could not add again (a flag that
 * Windows Server 2019 shows, and its netsh has no option for), and the run was left half done.
 */
describe.each(UNKNOWNS['netsh-help'].answers)('A10: netsh http add sslcert help that says %s', (answer) => {
  // A record with reject could not be put back where nobody knows whether netsh has a word for it.
  it('every record that every netsh can write is mended', async () => {
    const left = answer === 'nothing' ? ['no-common-tls'] : [];
    expect(await unhealed({ 'netsh-help': answer }, SERVER_2022, SETTINGS)).toEqual(left);
  });

  it('a record that netsh could not add again is never deleted', async () => {
    // late-client-certificate comes with Windows Server 2022, whose netsh has the option.
    const left = FAULTS.filter((fault) => answer === 'nothing' || fault !== 'late-client-certificate');
    const ends = await unhealed({ 'netsh-help': answer }, SERVER_2019, { flags: TOKEN_BINDING });
    expect(ends).toEqual(left);
  });
});

/**
 * A2: a record that was added was read as another one, with a value of a strange name, and taken away again. A record that is
 * there is not made anew: nobody knows whether http.sys would write the value again as it was.
 */
describe.each(UNKNOWNS['record-values'].answers)('A2: values of a strange name in each record: %s', (answer) => {
  const unknowns: Answers = { 'record-values': answer };
  const valuesIn = (disk: MemoryDisk) =>
    disk
      .read(LAB_REGISTRY)
      ?.toString('utf8')
      .match(/"ExtendedProperties"[^}]*\}/g);

  it.each(['lost-binding', 'stale-hash'])('%s is healed, and no value lost', async (fault) => {
    const disk = labWith(fault, unknowns, SERVER_2022);
    const before = valuesIn(disk)?.length ?? 0;
    expect(await mend(disk)).toBe('healed');
    expect(valuesIn(disk)?.length ?? 0).toBe(before === 0 || fault === 'stale-hash' ? before : before + 1);
  });

  it('no record is made anew whose value could be lost, and the refusal names it', async () => {
    const disk = labWith('stranded-key', unknowns, SERVER_2022);
    const before = valuesIn(disk);
    const { report, repairs } = await fixLab(disk, byWord(machineOn(disk), disk), { yes: 'disruptive' });
    expect(valuesIn(disk)).toEqual(before);
    expect(report.outcome).toBe(answer === 'none' ? 'healed' : 'faults-remain');
    const why = repairs.blocked.map(({ blocked }) => blocked.why);
    expect(why).toEqual(answer === 'none' ? [] : [expect.stringContaining('ExtendedProperties')]);
  });

  it('what the ABO mapper has overwritten is told', async () => {
    const disk = await overwritten(unknowns);
    expect(ids(await diagnoseLab(byWord(machineOn(disk), disk)))).toEqual(['overwritten-record:0.0.0.0:443']);
    expect(await mend(disk)).toBe(answer === 'none' ? 'healed' : 'as-before');
  });
});

/** A server that was seen healthy; then a program with IIS 6 interfaces wrote a good hash, and the mapper ran. */
async function overwritten(unknowns: Answers): Promise<MemoryDisk> {
  const disk = labDisk({ unknowns });
  const machine = byWord(machineOn(disk), disk);
  expect(await rememberHealthy(machine, await diagnoseLab(machine))).toEqual({ ok: true });
  const server = openLab(disk);
  applyFault(server, 'overwritten-record');
  server.save();
  return disk;
}

/**
 * 12.8: a record that the mapper had made without an id was given to IIS, and was nobody's again after the next start of
 * IISADMIN: the task mended it for ever.
 */
describe.each(UNKNOWNS['mapper-record'].answers)('12.8: a record that the ABO mapper makes is of %s', (answer) => {
  it('is put back where a healthy state remembers another one', async () => {
    const disk = await overwritten({ 'mapper-record': answer });
    const machine = byWord(machineOn(disk), disk);
    const found = (await diagnoseLab(machine)).findings.filter(({ severity }) => severity !== 'note');
    const overwrittenToo = found.some(({ id }) => id === 'overwritten-record:0.0.0.0:443');
    expect(overwrittenToo).toBe(answer !== 'settings-kept');
    expect(await mend(disk)).toBe('healed');
    restart(disk);
    expect(turnedAway(openLab(disk))).toEqual([]);
    expect((await diagnoseLab(machine)).findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  it('is told where nothing is remembered', async () => {
    const disk = labWith('overwritten-record', { 'mapper-record': answer }, SERVER_2019);
    const before = stateOf(disk);
    const { findings } = await diagnoseLab(byWord(machineOn(disk), disk));
    const said = {
      iis: [],
      'settings-kept': [],
      nobody: ['no application id'],
      'another-id': ['has registered it, and not IIS'],
    };
    expect(findings.map(({ message }) => message)).toEqual(
      said[answer].map((sentence) => expect.stringContaining(sentence)),
    );
    const { repairs } = await fixLab(disk, byWord(machineOn(disk), disk), { yes: 'disruptive' });
    expect(stateOf(disk)).toEqual(before);
    const why = repairs.blocked.map(({ blocked }) => blocked.why);
    const entry = expect.stringContaining('customMetadata LM/W3SVC/1');
    expect(why).toEqual(said[answer].map(() => (answer === 'nobody' ? entry : expect.stringContaining('not of IIS'))));
  });
});

/** A15: switches were told apart by their place: one that is set would have been dropped, and another one set. */
describe.each(UNKNOWNS['show-switch-lines'].answers)('A15: the switches of netsh show sslcert: %s', (answer) => {
  const unread = Array.from({ length: 80 }, () => failure('reg', 'Services\\HTTP', 'fail'));

  it.each([0x20, 0x40, 0x80, 0x100, 0x400, 0x800])('flag %i is kept where the registry is not read', async (flags) => {
    for (const fault of ['stranded-key', 'superseded-certificate']) {
      const disk = labWith(fault, { 'show-switch-lines': answer }, SERVER_2022, { flags });
      tell(disk, ...unread);
      const before = settingsOf(disk, 0);
      await fixLab(disk, byWord(machineOn(disk), disk), { yes: 'disruptive' });
      expect(settingsOf(disk, 0)).toEqual(before);
    }
  });
});

/** A listen list that was changed may act with the next start of HTTP alone. */
describe.each(UNKNOWNS['listen-list-change'].answers)('a changed listen list that acts %s', (answer) => {
  const GONE = '203.0.113.9';
  const labOf = (change: (server: LabServer) => void) => {
    const disk = labDisk({ unknowns: { 'listen-list-change': answer } });
    const server = openLab(disk);
    change(server);
    server.save();
    return disk;
  };

  it.each([
    ['was set', (server: LabServer) => listenOnly(server, GONE)],
    [
      'was set while the service is down',
      (server: LabServer) => {
        applyFault(server, 'not-listening');
        listenOnly(server, GONE);
      },
    ],
    [
      'was taken away',
      (server: LabServer) => {
        server.facts.listensOn = [GONE];
      },
    ],
  ])('is never called healed while somebody is turned away, now or after a reboot: it %s', async (_what, change) => {
    const disk = labOf(change);
    const machine = byWord(machineOn(disk), disk);
    const { report } = await fixLab(disk, machine, { yes: 'disruptive' });
    const after = await diagnoseLab(machine);
    for (const act of [() => {}, () => reboot(disk)]) {
      act();
      if (turnedAway(openLab(disk)).length === 0) continue;
      expect(after.verdict).toBe('faulty');
      expect(report.outcome).not.toBe('healed');
      expect(after.findings.map(({ message }) => message).join(' ')).toMatch(
        /listen|nobody answers|no connection|handshake/,
      );
    }
  });
});
