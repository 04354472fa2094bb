// Real processes, really killed: the crash model's sample in the world. A seed chooses where; ATTACK_SEED another one,
// and ATTACKS=all kills at every point there is (npm run attacks).

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import { advised, changesOf, copyOf, dies, diskOf, firstOfRun } from '../support/dying.ts';
import { served } from '../support/new-lab.ts';
import { clientSees, type Ended, heal, healAlone, newLab, scheduleIn } from '../support/program.ts';
import { diagnoseLab, ids, machineOn, stateOf } from '../support/run-lab.ts';
import { numbersFrom, sample } from '../support/seeded.ts';

const FAULTS = ['stranded-key', 'stale-hash', 'lost-binding'];
const SEED = Number(process.env.ATTACK_SEED ?? 1);
const random = numbersFrom(SEED);

/** So many points of a run that makes so many changes; or all of them. */
const points = (count: number, changes: number): readonly number[] =>
  process.env.ATTACKS === 'all' ? Array.from({ length: changes }, (_, at) => at) : sample(count, changes, SEED);

const ends = new Map<string, number>();
const count = (end: string) => ends.set(end, (ends.get(end) ?? 0) + 1);
afterAll(() => {
  const told = [...ends].map(([end, times]) => `  ${end}: ${times}`).sort();
  console.log(`real kills, seed ${SEED}:\n${told.join('\n')}`);
});

/** Files that nothing may leave. The lock of a process that is dead may lie until somebody needs it. */
const leftovers = (disk: MemoryDisk): readonly string[] =>
  [...disk.files().keys()].filter((path) => /\.pfx$|\.iis-ssl-heal\.tmp$/.test(path));

/** Kills the command there. Half of them leave half a file, where it is one of ours that is written. */
async function killed(lab: string, at: number, ...args: readonly string[]): Promise<void> {
  const died = await dies(lab, { at, torn: random() < 0.5 }, ...args);
  expect(died.signal, died.err).toBe('SIGKILL');
}

/** Everything is healed, for a client too, and nothing lies about. */
async function expectHealed(disk: MemoryDisk): Promise<void> {
  const diagnosis = await diagnoseLab(machineOn(disk));
  expect({ verdict: diagnosis.verdict, left: ids(diagnosis) }).toEqual({ verdict: 'healthy', left: [] });
  for (const name of [undefined, 'shop.example.test'])
    expect(await served(openLab(disk), name)).toMatch(/^[0-9A-F]{40}$/);
  expect(leftovers(disk)).toEqual([]);
}

/**
 * The server but for keys, since an import that was taken back leaves its key file (failing-lab.test.ts), and for what the
 * lab itself, which was killed with the program, had half written: a NAME.json.PID.new is no file of the server.
 */
const serverOf = (lab: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(stateOf(diskOf(lab))).filter(
      ([path]) => !/MachineKeys|Crypto\\Keys|^C:\\[a-z]+\.json\.\d+\.new$/i.test(path),
    ),
  );

/** What says 6 names a command, and that helps. */
async function helped(lab: string, ended: Ended): Promise<Ended> {
  if (ended.code !== 6) return ended;
  count('6, and its command helped');
  return heal(...advised(ended), '--lab', lab, '--yes');
}

const findingsOf = async (lab: string) => ids(await diagnoseLab(machineOn(diskOf(lab))));

/** The next fix makes it whole; or says what helps. */
async function nextFixHeals(lab: string): Promise<void> {
  const fix = await helped(lab, await heal('fix', '--lab', lab, '--yes'));
  expect({ code: fix.code, err: fix.code === 0 ? '' : fix.err }).toEqual({ code: 0, err: '' });
  await expectHealed(diskOf(lab));
}

let broken: string;
let healed: string;
let fixing: readonly string[];
beforeAll(async () => {
  broken = await newLab(...FAULTS);
  await heal('lab', 'reboot', broken);
  healed = copyOf(broken);
  fixing = await changesOf(healed, 'fix', '--yes');
});

const runsIn = (lab: string): readonly string[] =>
  diskOf(lab).list('C:\\ProgramData\\iis-ssl-heal\\runs')?.folders ?? [];

describe('a fix that is killed', () => {
  it('is made good by the next one', async () => {
    for (const at of points(15, fixing.length)) {
      const lab = copyOf(broken);
      await killed(lab, at, 'fix', '--yes');
      await nextFixHeals(lab);
      count('fix: healed by the next fix');
    }
  }, 900_000);

  it('is nothing that an undo could take back, once another one has healed', async () => {
    const start = await newLab('stranded-key');
    const changes = await changesOf(copyOf(start), 'fix', '--yes');
    // Right behind the journal's word that a step begins: what it did not come to do must not be taken back later.
    const begun = changes.flatMap((change, at) => (change.endsWith('-begin.json') ? [at + 1] : []));
    for (const at of begun) {
      const lab = copyOf(start);
      await killed(lab, at, 'fix', '--yes');
      await nextFixHeals(lab);
      const [cutOff = 'none', healing] = runsIn(lab);
      if (healing === undefined) continue;
      const undo = await heal('undo', cutOff, '--lab', lab, '--yes');
      expect([0, 7], undo.err).toContain(undo.code);
      const left = await findingsOf(lab);
      expect({ at, left }).toEqual({ at, left: [] });
      count('fix: still healed after an undo of what was cut off');
    }
  }, 900_000);

  it('shows an outside client the certificates again', async () => {
    const lab = copyOf(broken);
    await killed(lab, Math.floor(fixing.length / 2), 'fix', '--yes');
    await nextFixHeals(lab);
    await heal('lab', 'reboot', lab);
    expect(Object.values(await clientSees(lab))).not.toContain(undefined);
  });
});

describe('an undo that is killed', () => {
  it('is finished by the next one, or made good by a fix', async () => {
    const undoing = await changesOf(copyOf(healed), 'undo', '--yes');
    const asFound = serverOf(broken);
    for (const [nth, at] of points(15, undoing.length).entries()) {
      const lab = copyOf(healed);
      await killed(lab, at, 'undo', '--yes');
      if (nth % 2 === 1) {
        await nextFixHeals(lab);
        count('undo: healed by the next fix');
        continue;
      }
      const undo = await helped(lab, await heal('undo', '--lab', lab, '--yes'));
      expect({ at, code: undo.code, err: undo.code === 0 ? '' : undo.err }).toEqual({ at, code: 0, err: '' });
      expect(serverOf(lab)).toEqual(asFound);
      expect(leftovers(diskOf(lab))).toEqual([]);
      count('undo: as before after the next undo');
    }
  }, 900_000);
});

describe('a recovery that is killed', () => {
  const renames = (of: string) =>
    fixing.flatMap((change, at) =>
      at > firstOfRun(fixing) && change.startsWith('rename') && change.includes(of) ? [at] : [],
    );

  it.each([
    ['has edited the configuration', () => renames('applicationHost.config')[0]],
    ['has deleted the store entry', () => renames('registry.json')[0]],
    ['has imported the key', () => renames('registry.json')[1]],
  ])(
    'is made good by the next one, after a fix that %s',
    async (_done, last) => {
      const half = copyOf(broken);
      await killed(half, (last() ?? Number.NaN) + 1, 'fix', '--yes');
      const [run = 'none'] = runsIn(half);
      const whole = await changesOf(copyOf(half), 'fix', '--yes');
      const recovering = whole.findLastIndex((change) => change.includes(`/runs/${run}/`)) + 1;
      expect(recovering).toBeGreaterThan(0);
      for (const at of points(5, recovering)) {
        const lab = copyOf(half);
        await killed(lab, at, 'fix', '--yes');
        await nextFixHeals(lab);
        count('recover: healed by the next fix');
      }
    },
    900_000,
  );
});

describe('a schedule install or remove that is killed', () => {
  const tasksIn = (lab: string) => diskOf(lab).list('C:\\Windows\\System32\\Tasks')?.files ?? [];

  it('is made good by the same command again', async () => {
    const without = await newLab();
    const withTask = copyOf(without);
    const installing = await changesOf(withTask, 'schedule', 'install');
    const removing = await changesOf(copyOf(withTask), 'schedule', 'remove');
    for (const at of points(8, installing.length)) {
      const lab = copyOf(without);
      await killed(lab, at, 'schedule', 'install');
      const { code, err } = await heal('schedule', 'install', '--lab', lab);
      expect(code, err).toBe(0);
      expect({ at, tasks: tasksIn(lab), left: leftovers(diskOf(lab)) }).toEqual({
        at,
        tasks: ['iis-ssl-heal'],
        left: [],
      });
      count('schedule install: installed by the next one');
    }
    for (const at of points(7, removing.length)) {
      const lab = copyOf(withTask);
      await killed(lab, at, 'schedule', 'remove');
      expect((await heal('schedule', 'remove', '--lab', lab)).code).toBe(0);
      expect({ at, tasks: tasksIn(lab), left: leftovers(diskOf(lab)) }).toEqual({ at, tasks: [], left: [] });
      count('schedule remove: as before after the next one');
    }
  }, 900_000);
});

describe('an unattended run that is killed', () => {
  it('is made good by the task at the next boot', async () => {
    const start = await newLab('stale-hash', 'lost-binding');
    await scheduleIn(start);
    const unattended = ['fix', '--yes', '--unattended', '--as', 'system'];
    const changes = await changesOf(copyOf(start), ...unattended);
    for (const at of sample(4, changes.length, SEED)) {
      const lab = copyOf(start);
      await killed(lab, at, ...unattended);
      const boot = await heal('lab', 'reboot', lab);
      expect(boot.code, boot.err).toBe(0);
      await expectHealed(diskOf(lab));
    }
  }, 300_000);
});

describe('a fix that a person stops with Ctrl-C', () => {
  it('is finished, taken back, or was not begun, and says which', async () => {
    const found = await findingsOf(broken);
    for (const at of sample(4, fixing.length, SEED)) {
      const lab = copyOf(broken);
      const { code } = await dies(lab, { at, by: 'SIGINT' }, 'fix', '--yes');
      expect([0, 3, 5]).toContain(code);
      if (code === 0) await expectHealed(diskOf(lab));
      // One plan may be done when a person stops the next.
      if (code === 3) expect(found).toEqual(expect.arrayContaining([...(await findingsOf(lab))]));
      expect(leftovers(diskOf(lab))).toEqual([]);
      count(`stopped by Ctrl-C: ${code}`);
    }
  }, 300_000);
});

describe('two fixes at once', () => {
  it('do not come into each other: one is refused, or finds nothing left to do', async () => {
    const lab = copyOf(broken);
    const both = await Promise.all([1, 2].map(() => healAlone('fix', '--lab', lab, '--yes')));
    const codes = both.map(({ code }) => code);
    expect(codes).toContain(0);
    expect(codes.every((code) => code === 0 || code === 7)).toBe(true);
    await expectHealed(diskOf(lab));
  });
});
