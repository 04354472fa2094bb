// Every fault and every way to mend it, under every answer to what is not known of Windows: healed and proved, or as before
// with a true sentence; never half done, and never called healed while a visitor is turned away. Here each answer by itself;
// with MATRIX=all (npm run matrix) every two answers of any two questions together. A run that asked for some of the switches
// alone is not made again where only others are answered otherwise.

import { expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { applyFault, changeIds, faultIds } from '../../src/lab/faults/faults.ts';
import { openLab } from '../../src/lab/open.ts';
import { type Answers, answerOf, askedSwitches, UNKNOWNS, type UnknownName } from '../../src/lab/unknowns.ts';
import type { Choices } from '../../src/model/repair/plan.ts';
import { byWord } from '../support/by-word.ts';
import { turnedAway } from '../support/lab-visitors.ts';
import { newLab } from '../support/new-lab.ts';
import { type Combination, pairwise } from '../support/pairwise.ts';
import { diagnoseLab, fixLab, machineOn, newMachineKeys, reboot, restart, stateOf } from '../support/run-lab.ts';
import { sharedKey } from '../support/small-lab.ts';

const ALL = process.env.MATRIX === 'all';

const QUESTIONS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(UNKNOWNS).map(([name, { answers }]) => [name, answers]),
);

const ONE_BY_ONE: readonly Combination[] = [
  {},
  ...Object.entries(QUESTIONS).flatMap(([name, answers]) => answers.slice(1).map((answer) => ({ [name]: answer }))),
];

const COMBINATIONS = ALL ? pairwise(QUESTIONS) : ONE_BY_ONE;

/** Windows Server 2019, whose netsh knows no update, and 2022, whose does. */
const BUILDS = ALL ? [17763, 20348] : [17763];

const WAYS: readonly Partial<Choices>[] = [{}, { through: 'appcmd' }, ...(ALL ? ([{ way: 're-bind' }] as const) : [])];

const machine = (disk: MemoryDisk) => byWord(machineOn(disk), disk);

function faulty(fault: string, unknowns: Answers, osBuild: number): MemoryDisk {
  const { disk } = newLab({ unknowns, osBuild });
  const server = openLab(disk);
  // One that the lab has not.
  applyFault(server, fault, () => sharedKey(20));
  server.save();
  return disk;
}

const stateBut = (disk: MemoryDisk, before: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(stateOf(disk)).filter(([path]) => !newMachineKeys(before, disk).includes(path)));

/** How one repair of one server ended. */
async function mend(
  disk: MemoryDisk,
  choices: Partial<Choices>,
): Promise<'healed' | 'as-before' | 'person' | 'partly'> {
  const before = stateOf(disk);
  const { report } = await fixLab(disk, machine(disk), { choices, yes: 'disruptive' });
  expect(report.outcome).not.toBe('half-done');
  if (report.outcome === 'healed') {
    const lasting = [() => {}, () => reboot(disk), () => restart(disk)];
    for (const act of lasting) {
      act();
      expect(turnedAway(openLab(disk))).toEqual([]);
      expect((await diagnoseLab(machine(disk))).findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    }
    return 'healed';
  }
  if (report.plans.some(({ verdict }) => verdict === 'healed' || verdict === 'still-broken')) return 'partly';
  expect(stateBut(disk, before)).toEqual(before);
  return report.plans.length === 0 ? 'person' : 'as-before';
}

type Ended = Awaited<ReturnType<typeof mend>>;

/** A run and the answers that it has asked for: a Windows that answers the same to these ends it in the same way. */
interface Run {
  readonly rests: readonly (readonly [UnknownName, string])[];
  readonly end: Ended;
}

const isTheSame = ({ rests }: Run, unknowns: Answers): boolean =>
  rests.every(([name, answer]) => answerOf({ unknowns }, name) === answer);

/** Breaks and mends a server of this Windows, and notes which switches decided anything. */
async function run(fault: string, unknowns: Answers, osBuild: number, choices: Partial<Choices>): Promise<Run> {
  askedSwitches.clear();
  const end = await mend(faulty(fault, unknowns, osBuild), choices).catch((error: unknown) => {
    const where = JSON.stringify({ fault, unknowns, osBuild, choices });
    throw new Error(`${where}: ${error instanceof Error ? error.message : error}`);
  });
  return { rests: [...askedSwitches].map((name) => [name, answerOf({ unknowns }, name)]), end };
}

const EVERY = [...faultIds, ...changeIds].flatMap((fault) =>
  BUILDS.flatMap((osBuild) => WAYS.map((choices) => ({ fault, osBuild, choices }))),
);

it(`${COMBINATIONS.length} Windows, every fault and way: healed and lasting, or as before`, async () => {
  const ends = new Map<Ended, number>();
  let runs = 0;
  const start = performance.now();
  for (const { fault, osBuild, choices } of EVERY) {
    const made: Run[] = [];
    for (const combination of COMBINATIONS) {
      const ended =
        made.find((each) => isTheSame(each, combination)) ?? (await run(fault, combination, osBuild, choices));
      if (!made.includes(ended)) made.push(ended);
      ends.set(ended.end, (ends.get(ended.end) ?? 0) + 1);
    }
    runs += made.length;
  }
  const all = `${COMBINATIONS.length} Windows x ${EVERY.length} faults and ways, ${runs} runs that can differ`;
  const seconds = Math.round((performance.now() - start) / 1000);
  process.stdout.write(`${all}, ${seconds} s: ${JSON.stringify([...ends])}\n`);
  expect(ends.get('healed')).toBeGreaterThan(COMBINATIONS.length);
}, 3_600_000);

it('the combinations have every two answers of any two switches together', () => {
  const found = new Set(
    pairwise(QUESTIONS).flatMap((combination) => {
      const all = Object.entries(combination).map(([name, answer]) => `${name}=${answer}`);
      return all.flatMap((one, at) => all.slice(at + 1).map((other) => `${one} ${other}`));
    }),
  );
  const names = Object.keys(QUESTIONS);
  const missing = names.flatMap((a, at) =>
    names
      .slice(at + 1)
      .flatMap((b) =>
        (QUESTIONS[a] ?? []).flatMap((x) =>
          (QUESTIONS[b] ?? []).map((y) => `${a}=${x} ${b}=${y}`).filter((pair) => !found.has(pair)),
        ),
      ),
  );
  expect(missing).toEqual([]);
});
