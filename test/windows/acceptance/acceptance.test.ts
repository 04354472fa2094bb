// The acceptance run, tried on a lab. This tests the run, not Windows: the lab behaves as it was written to. A few of the
// faults; all of them with ACCEPTANCE=all, and on labs of every other answer to what is not known with ACCEPTANCE=answers.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playbooks } from '../../../playbooks/index.ts';
import { defaultConfig } from '../../../src/lab/config/default-config.ts';
import { createLab } from '../../../src/lab/create.ts';
import { folderDisk } from '../../../src/lab/disk/folder-disk.ts';
import { openLab } from '../../../src/lab/open.ts';
import { rebootLab } from '../../../src/lab/services/reboot.ts';
import { type Answers, UNKNOWNS } from '../../../src/lab/unknowns.ts';
import { labMachine } from '../../../src/machine/lab/lab-machine.ts';
import { heal, newFolder } from '../../support/program.ts';
import { sharedKey } from '../../support/small-lab.ts';
import { newBench } from '../bench.ts';
import { labHost } from '../lab-host.ts';
import { accept } from './accept.ts';
import type { Ended, Fault, Stage } from './fault.ts';
import { FAULTS } from './faults/index.ts';
import { knockAtLab } from './lab-stage.ts';
import { afterReboot, beforeReboot, bootTask, registerTask, removeTask, TASK } from './reboot.ts';
import { isPassed, type Report, reportText } from './report.ts';

const NOT_ON_A_LAB = ['not-in-the-listen-list'];
const FEW = ['stranded-key', 'stale-hash', 'certificate-gone', ...NOT_ON_A_LAB];

const all = process.env.ACCEPTANCE === 'all';
const tried = FAULTS.filter(({ id }) => all || FEW.includes(id));

type Heal = (...args: readonly string[]) => Promise<Ended>;

/** A server with IIS as it is installed: without an https site. */
function freshLab(unknowns: Answers = {}): string {
  const lab = join(newFolder(), 'lab');
  const config = defaultConfig()
    .toString('utf8')
    .replace(/ *<binding protocol="https".*\r\n/g, '');
  createLab(folderDisk(lab), { config: Buffer.from(config), unknowns });
  return lab;
}

/** On this lab; `instead` is what is started in the place of our program. */
async function stageOn(lab: string, raw: string[], instead: (really: Heal) => Heal = (really) => really) {
  const disk = folderDisk(lab);
  let next = 0;
  const bench = await newBench(labHost(disk), raw, () => sharedKey(next++));
  const really: Heal = (...args) => heal(...args, '--lab', lab);
  const stage: Stage = { bench, heal: instead(really), knock: knockAtLab(disk) };
  return { disk, stage };
}

async function acceptOnLab(fault: Fault, instead?: (really: Heal) => Heal, unknowns: Answers = {}) {
  const raw: string[] = [];
  const { stage } = await stageOn(freshLab(unknowns), raw, instead);
  return accept(fault, stage, raw);
}

/** Each answer but the first of every switch: a real server may be of any. */
const otherAnswers = Object.entries(UNKNOWNS).flatMap(([name, { answers }]) =>
  answers.slice(1).map((answer): Answers => ({ [name]: answer })),
);
const onAny = process.env.ACCEPTANCE === 'answers' ? otherAnswers : [];

const faultOf = (id: string) => FAULTS.find((fault) => fault.id === id)!;

describe('the acceptance run on a lab', () => {
  it.each(tried)('$id', async (fault) => {
    const { verdict, steps } = await acceptOnLab(fault);
    const bad = steps.filter(({ ok }) => !ok);
    if (NOT_ON_A_LAB.includes(fault.id)) expect([verdict, bad.length]).toEqual(['not made', 1]);
    else expect([verdict, bad]).toEqual(['passed', []]);
  });

  it.each(onAny)('every fault, where %j', { timeout: 600_000 }, async (answers) => {
    const failed: unknown[] = [];
    for (const fault of FAULTS) {
      const { verdict, steps } = await acceptOnLab(fault, undefined, answers);
      if (verdict === 'failed') failed.push([fault.id, steps.filter(({ ok }) => !ok)]);
    }
    expect(failed).toEqual([]);
  });

  it('goes on over a reboot: what was healed is served, and of what was left SYSTEM says whose it is', async () => {
    const lab = freshLab();
    const { disk, stage } = await stageOn(lab, []);
    const prepared = await beforeReboot(stage);
    const task = await stage.bench.file('task.xml', bootTask('C:\\node.exe', '"C:\\a & b.cjs" --after-reboot'));
    await registerTask(stage.bench, task);
    expect(disk.list('C:\\Windows\\System32\\Tasks')?.files).toContain(TASK);
    await removeTask(stage.bench);
    expect(disk.list('C:\\Windows\\System32\\Tasks')?.files).not.toContain(TASK);
    rebootLab(openLab(disk));
    const machine = labMachine(disk, { as: 'system', targetArguments: '', sleep: async () => {} });
    const raw: string[] = [];
    const bench = await newBench(
      { ...labHost(disk), machine, run: (command) => machine.run(command) },
      raw,
      sharedKey0,
    );
    const asSystem: Heal = (...args) => heal(...args, '--lab', lab, '--as', 'system');
    const { verdict, steps } = await afterReboot({ ...stage, bench, heal: asSystem }, prepared, raw);
    expect([verdict, steps.filter(({ ok }) => !ok)]).toEqual(['passed', []]);
    expect(steps.map(({ step }) => step)).toContain('SYSTEM says whose it is');
    expect(steps[1]?.seen).not.toContain(prepared.stranded.thumbprint);
    expect(raw.join('\n')).toContain(`appcmd delete site ${prepared.healed.site} => 0x0`);
  });
});

const sharedKey0 = () => sharedKey(0);

/** A program that does not do this and says that it has. */
const withoutDoing =
  (command: string) =>
  (really: Heal): Heal =>
  async (...args) =>
    args[0] === command ? { code: 0, out: '{}', err: '' } : really(...args);

describe('the acceptance run fails', () => {
  it.each([
    ['fix', 'served'],
    ['undo', 'as before'],
    ['baseline', 'healed'],
  ])('where %s is said to be done and is not: %s', async (command, step) => {
    const { verdict, steps } = await acceptOnLab(faultOf('lost-binding'), withoutDoing(command));
    expect([verdict, steps.filter(({ ok }) => !ok).map((each) => each.step)]).toEqual(['failed', [step]]);
  });

  it('where a fault that is a person’s to mend is changed all the same', async () => {
    const meddles =
      (really: Heal): Heal =>
      async (...args) =>
        args[0] === 'fix' ? { ...(await really(...args)), code: 3 } : really(...args);
    const { verdict, steps } = await acceptOnLab({ ...faultOf('lost-binding'), told: true }, meddles);
    expect(verdict).toBe('failed');
    expect(steps.at(-1)).toMatchObject({ step: 'as before', ok: false });
  });
});

it('every playbook has a fault that is made for real', () => {
  expect(new Set(FAULTS.map(({ playbook }) => playbook))).toEqual(new Set(playbooks.map(({ id }) => id)));
  expect(new Set(FAULTS.map(({ id }) => id)).size).toBe(FAULTS.length);
});

describe('the report', () => {
  const row = { fault: 'a', playbook: 'a', made: 'so', verdict: 'passed', steps: [], raw: [] } as const;
  const report = (...verdicts: readonly ('passed' | 'failed' | 'not made')[]): Report => ({
    formatVersion: 1,
    program: 'iis-ssl-heal 1.0.0',
    windows: { ProductName: 'Windows Server 2025' },
    finished: '2026-11-28T00:00:00.000Z',
    outcomes: verdicts.map((verdict) => ({
      ...row,
      verdict,
      steps: [
        { step: 'found', ok: true, seen: 'a:1' },
        ...(verdict === 'passed' ? [] : [{ step: 'healed', ok: false, seen: 'ended with 5: no\nmore' }]),
      ],
    })),
    leftBehind: ['store CA'],
  });

  it('is passed where something was and nothing failed', () => {
    expect(isPassed(report('passed', 'not made'))).toBe(true);
    expect(isPassed(report('passed', 'failed'))).toBe(false);
    expect(isPassed(report('not made'))).toBe(false);
    expect(isPassed(report())).toBe(false);
  });

  it('has a line for each fault, what failed in it, and the sums', () => {
    expect(reportText(report('passed', 'failed', 'not made'))).toBe(
      `iis-ssl-heal 1.0.0 on Windows Server 2025; 2026-11-28T00:00:00.000Z

a  passed: so
    found
a  FAILED: so
    found
    NOT healed: ended with 5: no
      more
a  not made: healed: ended with 5: no
      more

not as before the run: store CA
1 passed, 1 failed, 1 not made
`,
    );
  });
});
