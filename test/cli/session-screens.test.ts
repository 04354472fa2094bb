// The session as a person has it on the screen: for each fault, at 80 and at 60 columns, every question stands there with what it
// is about, how that fares, and the answers. What was seen is docs/session.md; UPDATE_DOCS=1 writes it anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { named } from '../../playbooks/index.ts';
import { applyFault, changeIds, LabFaultError } from '../../src/lab/faults/faults.ts';
import { openLab } from '../../src/lab/open.ts';
import { toDo } from '../../src/report/words/to-do.ts';
import { rememberHealthy } from '../../src/unattended/remember.ts';
import { type Session, sessionAt } from '../support/emulator.ts';
import { laidOut, PROGRAM, snapshot } from '../support/program.ts';
import { diagnoseLab, labDisk, machineOn } from '../support/run-lab.ts';
import { ENTER, hasTerminal } from '../support/terminal.ts';

if (!hasTerminal) console.warn("skipped: no 'script' program here, so no pseudo-terminal");

const ENV = { ...process.env, NO_COLOR: '1', TERM: 'xterm', LC_ALL: 'C.UTF-8', TZ: 'UTC' };

const FAULTS = named.map(({ id }) => id).filter((id) => id !== 'broken-link');

/** A server that was seen healthy, and on which as many of the faults as can have struck since. */
async function brokenBy(faults: readonly string[]) {
  const disk = labDisk({ osBuild: 20348 });
  const machine = machineOn(disk);
  if (faults.some((id) => changeIds.includes(id))) await rememberHealthy(machine, await diagnoseLab(machine));
  for (const id of faults) {
    const server = openLab(disk);
    try {
      applyFault(server, id);
      server.save();
    } catch (error) {
      if (!(error instanceof LabFaultError)) throw error;
    }
  }
  const states = toDo(await diagnoseLab(machine)).map(({ state }) => state);
  return { lab: laidOut(disk), states };
}

const QUESTION = /^\? (Apply this repair|Which way out|Which certificate)\?/m;

/** Whole once its last line is there. A way and a certificate are taken as recommended; `typed`: at a repair. */
const replying = (typed: string) => (screen: string) => {
  const question = QUESTION.exec(screen)?.[1];
  if (question === undefined || !/navigate .* select$/.test(screen)) return undefined;
  return question === 'Apply this repair' ? typed : ENTER;
};

const at = (columns: number, lab: string, typed: string): Promise<Session> =>
  sessionAt(columns, [process.execPath, PROGRAM, '--lab', 'lab'], dirname(lab), ENV, replying(typed));

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

const seen = new Map<string, readonly (readonly [string, string])[]>();

function expectWhole(screen: string, states: readonly string[]): void {
  const text = flat(screen);
  const about = /Repair \d+ of \d+ \((.*?)( now)?\): (.*?) \?/.exec(text);
  expect(about, screen).not.toBeNull();
  expect(states, screen).toContain(about?.[1]);
  expect(text).toMatch(/ is (down now|at risk)\b| are (down now|at risk)\b/);
  if (!text.includes('? Apply this repair?')) return;
  for (const answer of ['Yes', 'No, leave it as it is', 'Show the commands', 'Stop: change nothing at all'])
    expect(screen).toMatch(new RegExp(`^[❯ ] ${answer}$`, 'm'));
  expect(screen).toMatch(/^❯ No, leave it as it is$/m);
  expect(text).toContain('risk: ');
}

describe.skipIf(!hasTerminal)('the session', () => {
  it.each(FAULTS)('of %s has each question on one screen, and no is an answer', async (fault) => {
    const { lab, states } = await brokenBy([fault]);
    const before = snapshot(lab);
    const [wide, narrow] = await Promise.all([at(80, lab, ENTER), at(60, lab, ENTER)]);
    for (const { asked, code, end } of [wide, narrow]) {
      expect(asked.length, end).toBeGreaterThan(0);
      for (const screen of asked) expectWhole(screen, states);
      expect(code).toBe(3);
      expect(flat(end)).toContain('Nothing was changed. You said no to "');
      expect(end).not.toContain('Next:');
    }
    expect(snapshot(lab)).toEqual(before);
    seen.set(fault, [['80 columns, the first question', wide.asked[0] ?? '']]);
  });

  it('of all at once counts them, asks first for what is down, and mends what was said yes to', async () => {
    const { lab, states } = await brokenBy(FAULTS);
    const narrow = await at(60, lab, ENTER);
    const wide = await at(80, lab, `y${ENTER}`);
    for (const screen of [...narrow.asked, ...wide.asked]) expectWhole(screen, states);
    expect(narrow.code).toBe(3);
    const fares = wide.asked
      .filter((screen) => screen.includes('Apply this'))
      .map((screen) => flat(screen).includes(' down now'));
    expect(fares[0]).toBe(true);
    expect(wide.end).not.toContain('Next:');
    seen.set('all at once', [
      ['80 columns, the first question', wide.asked[0] ?? ''],
      ['60 columns, the last question', narrow.asked.at(-1) ?? ''],
      ['60 columns, the end where nothing was said yes to', narrow.end],
    ]);
  });

  it('of a lost record mends it after a yes, and ends on one screen', async () => {
    const { lab } = await brokenBy(['lost-binding']);
    const { code, end } = await at(80, lab, `y${ENTER}`);
    expect(code).toBe(0);
    expect(end).toContain('✔ Healed');
    seen.set('the end', [['80 columns, after yes to a lost-binding', end]]);
  });

  it('writes no cursor code where TERM is dumb, and takes a number', async () => {
    const { lab } = await brokenBy(['lost-binding']);
    const reply = (screen: string) => (/\(Enter: 2\): *$/.test(screen) ? '1\r' : undefined);
    const words = [process.execPath, PROGRAM, '--lab', 'lab'];
    const { code, bytes, asked } = await sessionAt(80, words, dirname(lab), { ...ENV, TERM: 'dumb' }, reply, '\n');
    expect({ code, asked: asked.length }).toEqual({ code: 0, asked: 1 });
    expect(bytes).not.toContain('\u001b');
  });

  it('is shown in docs/session.md', () => {
    const file = join(import.meta.dirname, '..', '..', 'docs', 'session.md');
    const text = documentOf(seen);
    if (process.env.UPDATE_DOCS === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });
});

/** What differs from run to run, in as many signs: thumbprints by the order in which they come, times, ids of runs. */
function withoutChance(text: string): string {
  const names = new Map<string, string>();
  return text
    .replaceAll(/\b[0-9A-F]{8}(?:[0-9A-F]{32})?\b/gi, (each) => {
      const key = each.slice(0, 8).toUpperCase();
      if (!names.has(key)) names.set(key, `ABCDEF${String(names.size + 1).padStart(2, '0')}`);
      return (names.get(key) ?? '').padEnd(each.length, '0');
    })
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?= )/g, '2026-03-02 09:00:00')
    .replaceAll(/\b\d{8}T\d{6}Z/g, '20260302T090000Z');
}

const documentOf = (all: typeof seen): string => `# The session, as it stands on the screen

\`iis-ssl-heal\` without a command, and \`fix\` at a terminal, ask one question a repair. These screens are what a terminal of 24 lines
holds at each; test/cli/session-screens.test.ts drives the program through a pseudo-terminal, and makes this file.
Enter alone says no. Nothing is changed before the last answer; \`Stop\` and Ctrl-C change nothing at all. \`All\` says yes to this repair and
to every other of its risk or less, but never to what is \`manual\`, nor where there is something to choose.
${[...all].map(([name, screens]) => `\n## ${name}\n${screens.map(([what, screen]) => `\n${what}:\n\n\`\`\`\n${withoutChance(screen)}\n\`\`\`\n`).join('')}`).join('')}`;
