// A month of lab time with nobody there: weekly reboots, a product that writes the bad hash again every night and one day
// every ten minutes, a key that only its owner could move, storms of RDP's 36870 that the log has forgotten a day later, a
// clock that is set back. The figures are counted and printed; each has its bound.

import { describe, expect, it } from 'vitest';
import { prepareDataFolder } from '../../src/ground/prepare-data-folder.ts';
import { CONFIG_PATH } from '../../src/lab/config/applied-config.ts';
import { withStaleEntry } from '../../src/lab/config/config-entry.ts';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { whoAnswers } from '../../src/lab/http/who-answers.ts';
import { openLab } from '../../src/lab/open.ts';
import { logPath, logSchannelStorm } from '../../src/lab/services/events.ts';
import { dueByEvents, markLogs, runTasks } from '../../src/lab/tasks/run-tasks.ts';
import { type DueTask, dueTasks } from '../../src/lab/tasks/scheduler.ts';
import { ownProgram } from '../../src/machine/programs/own-program.ts';
import { exitCodeOf } from '../../src/model/run/run-outcome.ts';
import { LONGEST_TRAIL } from '../../src/own-files/trail-file.ts';
import { installTask } from '../../src/unattended/schedule/schedule.ts';
import { SELF_HEAL, selfHealTask } from '../../src/unattended/schedule/scheduled-tasks.ts';
import { served } from '../support/new-lab.ts';
import { labDisk, reboot, restart } from '../support/run-lab.ts';
import {
  DAY,
  eventIds,
  HOUR,
  linesOf,
  MINUTE,
  START,
  type TestClock,
  timedMachine,
  unattendedCheck,
  unattendedFix,
} from '../support/unattended-lab.ts';

const SHOP = 'shop.example.test';
const DAYS = 30;
/** The second site; the first one's key is stranded. */
const SHOP_ID = 2;
const BAD_DAY = 12;
const STORM_DAYS = [3, 10, 17];
const STORM_EVENTS = 1200;
/** Repairs of one endpoint within 24 hours: fewer than by default, so that the bad day comes up against it. */
const REPAIRS_A_DAY = 3;

/** The server, its clock, and what is counted. */
interface Month {
  readonly disk: MemoryDisk;
  readonly clock: TestClock;
  booted: number;
  looks: number;
  reboots: number;
  restarts: number;
  /** Minutes without HTTPS for the shop, by day. */
  readonly down: number[];
}

/** Lab time is the test's time. */
function setLabClock({ disk, clock }: Month): void {
  const server = openLab(disk);
  server.facts.clock = new Date(clock.now).toISOString();
  server.save();
}

/** Starts the actions of due tasks as the Task Scheduler does, in this process. */
async function run(month: Month, due: readonly DueTask[]): Promise<void> {
  if (due.length === 0) return;
  await runTasks(due, 'in a test', {
    disk: month.disk,
    start: async (args) => {
      month.clock.now = Math.max(month.clock.now, Date.parse(openLab(month.disk).facts.clock));
      const machine = timedMachine(month.disk, month.clock);
      if (args[0] === 'check') {
        await unattendedCheck(machine);
        return 0;
      }
      month.looks += 1;
      return exitCodeOf((await unattendedFix(machine)).end.run);
    },
    tell: () => {},
    stopped: () => false,
  });
}

/** A service of the product writes its hash and starts the services of IIS anew: the ABO mapper runs. */
async function productStrikes(month: Month): Promise<void> {
  month.clock.now += MINUTE;
  setLabClock(month);
  const config = month.disk.read(CONFIG_PATH)?.toString('utf8') ?? '';
  if (!config.includes(`LM/W3SVC/${SHOP_ID}`))
    month.disk.write(CONFIG_PATH, Buffer.from(withStaleEntry(config, SHOP_ID)));
  const marks = markLogs(openLab(month.disk));
  restart(month.disk);
  month.restarts += 1;
  await run(month, dueByEvents(openLab(month.disk), marks, []));
}

async function boot(month: Month): Promise<void> {
  setLabClock(month);
  reboot(month.disk);
  month.reboots += 1;
  month.booted = month.clock.now;
  await run(month, dueTasks(openLab(month.disk), { kind: 'boot' }));
}

/** An hour of 36870 from RDP: each run of the task is followed by the next event. */
async function storm(month: Month): Promise<void> {
  const until = month.clock.now + HOUR;
  while (month.clock.now < until) {
    setLabClock(month);
    const server = openLab(month.disk);
    const marks = markLogs(server);
    logSchannelStorm(server, STORM_EVENTS / 30);
    server.save();
    await run(month, dueByEvents(openLab(month.disk), marks, []));
    month.clock.now += 30_000;
  }
}

/** The day after a storm: a log that was full goes on with its newest events. */
function wrapLog({ disk }: Month): void {
  const path = logPath('System');
  const lines = disk.read(path)?.toString('utf8').split('\r\n') ?? [];
  disk.write(path, Buffer.from(lines.slice(-51).join('\r\n')));
}

/** By the lab's word, which is what a client gets: see test/lab/http/who-answers.test.ts. */
const serves = (disk: MemoryDisk): boolean =>
  whoAnswers(openLab(disk), { ip: '0.0.0.0', port: 443 }, SHOP).gets === 'certificate';

/** Time goes on to `until`, with the hourly runs in between; how long the shop was down is counted by the way. */
async function passTo(month: Month, until: number, day: number): Promise<void> {
  while (month.clock.now < until) {
    const from = month.clock.now;
    const next = Math.min(until, from + 30 * MINUTE);
    if (!serves(month.disk)) month.down[day] = (month.down[day] ?? 0) + (next - from) / MINUTE;
    month.clock.now = next;
    setLabClock(month);
    const span = { from: new Date(from).toISOString(), until: new Date(next).toISOString() };
    const booted = new Date(month.booted).toISOString();
    await run(month, dueTasks(openLab(month.disk), { kind: 'time', ...span, booted }));
  }
}

async function oneDay(month: Month, day: number): Promise<void> {
  const midnight = START + day * DAY;
  if (STORM_DAYS.includes(day - 1)) wrapLog(month);
  if (day % 7 === 0) await boot(month);
  await passTo(month, midnight + 3 * HOUR, day);
  await productStrikes(month);
  if (STORM_DAYS.includes(day)) await storm(month);
  if (day === BAD_DAY) {
    for (let strike = 0; strike < 36; strike += 1) {
      await passTo(month, month.clock.now + 10 * MINUTE, day);
      await productStrikes(month);
    }
  }
  // One night the clock is set back by half a day, and put right a while later.
  if (day === 20) {
    const machine = timedMachine(month.disk, { now: month.clock.now - 12 * HOUR });
    await unattendedFix(machine);
  }
  await passTo(month, midnight + DAY, day);
  expect((await served(openLab(month.disk), SHOP)).length === 40).toBe(serves(month.disk));
}

const bytesBelow = (disk: MemoryDisk, folder: string): number =>
  [...disk.files()].filter(([path]) => path.includes(folder)).reduce((sum, [, bytes]) => sum + bytes.length, 0);

describe('a month with nobody there', () => {
  it('repairs what can be repaired, within bounds', async () => {
    const disk = labDisk({ faults: ['stranded-key'] });
    const clock = { now: START };
    const month: Month = { disk, clock, booted: START, looks: 0, reboots: 0, restarts: 0, down: [] };
    const machine = timedMachine(disk, clock);
    await prepareDataFolder(machine);
    const config = { formatVersion: 1, repairsPerEndpointPerDay: REPAIRS_A_DAY };
    disk.write('C:\\ProgramData\\iis-ssl-heal\\config.json', Buffer.from(JSON.stringify(config)));
    const installed = await installTask({ name: SELF_HEAL, task: selfHealTask(ownProgram(machine), 'safe') }, machine);
    expect(installed.state).toBe('right');
    for (let day = 0; day < DAYS; day += 1) await oneDay(month, day);

    const lines = await linesOf(machine);
    const events = eventIds(disk);
    const listed = await machine.list('C:\\ProgramData\\iis-ssl-heal\\runs');
    const repairs = listed.result === 'ok' ? listed.folders.length : Number.NaN;
    const downOn = (day: number) => Math.round(month.down[day] ?? 0);
    const usual = Array.from({ length: DAYS }, (_, day) => downOn(day)).filter(
      (_, day) => ![BAD_DAY, BAD_DAY + 1].includes(day),
    );
    const counted = {
      'looks (fix --unattended)': month.looks,
      'reboots, and restarts of IIS by the product': `${month.reboots}, ${month.restarts}`,
      'repairs (runs with a journal)': repairs,
      'entries in the event log': events.length,
      'bytes of our log': bytesBelow(disk, '\\iis-ssl-heal\\log\\'),
      'bytes of our folder': bytesBelow(disk, '\\iis-ssl-heal\\'),
      'minutes without HTTPS on a usual day, at most': Math.max(...usual),
      'minutes without HTTPS on the bad day, and on the day after': `${downOn(BAD_DAY)}, ${downOn(BAD_DAY + 1)}`,
    };
    console.log(
      `a month with nobody there:\n${Object.entries(counted)
        .map(([name, value]) => `  ${name}: ${value}`)
        .join('\n')}`,
    );

    // The night's strike is found within the hour, whatever else happens.
    expect(Math.max(...usual)).toBeLessThanOrEqual(90);
    // The bad day has had its repairs; they come free one by one on the day after.
    expect(downOn(BAD_DAY + 1)).toBeLessThanOrEqual(5 * 60);
    expect(repairs).toBeGreaterThanOrEqual(DAYS);
    expect(repairs).toBeLessThanOrEqual(DAYS + REPAIRS_A_DAY);
    // Hourly, at boots, and in a storm three looks in five minutes.
    expect(month.looks).toBeLessThanOrEqual(DAYS * 24 + month.reboots + STORM_DAYS.length * 40 + 10);
    expect(month.restarts).toBe(DAYS + 36);
    expect(events.length).toBeLessThanOrEqual(DAYS * 4);
    expect(bytesBelow(disk, '\\iis-ssl-heal\\log\\')).toBeLessThanOrEqual(2 * LONGEST_TRAIL);
    // What is left is the key that nobody but its owner can move.
    const last = lines.at(-1);
    expect(last?.findings.every((id) => id.startsWith('stranded-key:'))).toBe(true);
    expect((await served(openLab(disk), SHOP)).length).toBe(40);
  }, 1_200_000);
});
