// npm run test:windows: the acceptance run on a disposable Windows server. It leaves windows-acceptance.json and .txt in the
// folder that it is started in, and ends with 1 where a fault was not healed, not taken back, or nothing was tried.
//   -- --only ID ...       these faults alone
//   -- --program FILE      this .exe in place of what `npm run build` has made
//   -- --reboot            then the second phase: prepares, RESTARTS THE SERVER, and a task at boot goes on. Its report lies in
//                          the run's own folder, %ProgramFiles%\iis-ssl-heal-acceptance.

import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { newKey } from '../../../src/lab/certificates/make-certificate.ts';
import { newBench } from '../bench.ts';
import { refusal } from '../disposable.ts';
import type { Host } from '../host.ts';
import { windowsHost } from '../windows-host.ts';
import { accept, type Outcome, type Step } from './accept.ts';
import type { Stage } from './fault.ts';
import { FAULTS } from './faults/index.ts';
import { type Installed, install, runFolder, start } from './installed.ts';
import { afterReboot, beforeReboot, bootTask, type Prepared, registerTask, removeTask } from './reboot.ts';
import { isPassed, type Report, reportText } from './report.ts';
import { differences, type State, stateOf } from './state.ts';

const STATE = 'state.json';
const REPORT = 'windows-acceptance';

/** What the second phase needs of the first. */
interface Kept {
  readonly program: Installed;
  readonly prepared: Prepared;
  readonly report: Report;
}

async function run(): Promise<number> {
  const options = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      program: { type: 'string' },
      reboot: { type: 'boolean' },
      'after-reboot': { type: 'boolean' },
    },
  }).values;
  // The task at boot has no environment of ours; that it was registered is the word.
  if (options['after-reboot']) return secondPhase(dirname(process.argv[1] ?? ''));
  const refused = refusal();
  if (refused !== undefined) {
    console.error(refused);
    return 2;
  }
  const strange = (options.only ?? []).filter((id) => !FAULTS.some((fault) => fault.id === id));
  if (strange.length > 0) {
    console.error(`No such fault: ${strange.join(', ')}. There are ${FAULTS.map(({ id }) => id).join(', ')}.`);
    return 2;
  }
  const faults = FAULTS.filter(({ id }) => options.only?.includes(id) ?? true);
  const folder = runFolder();
  const program = install(folder, process.cwd(), options.program);
  const host = await windowsHost();
  const before = await stateOf(host);
  const outcomes: Outcome[] = [];
  for (const fault of faults) {
    const raw: string[] = [];
    const tell = ({ step, ok }: Step) => console.log(`${fault.id}: ${ok ? '' : 'NOT '}${step}`);
    const outcome = await accept(fault, await stageFor(host, program, raw), raw, tell);
    console.log(`${outcome.fault}: ${outcome.verdict}`);
    outcomes.push(outcome);
  }
  const report = await reportOn(host, program, outcomes, before);
  write(process.cwd(), report);
  if (options.reboot) await firstPhase(host, folder, { program, report });
  else rmSync(folder, { recursive: true, force: true });
  return isPassed(report) ? 0 : 1;
}

/** With a bench of its own, which notes into `raw`. */
async function stageFor(host: Host, program: Installed, raw: string[]): Promise<Stage> {
  return {
    bench: await newBench(host, raw, newKey),
    heal: (...args) => start(program, args),
    knock: (address, port, visit) => visit(address, port),
  };
}

async function reportOn(host: Host, program: Installed, outcomes: readonly Outcome[], before: State): Promise<Report> {
  const { bench } = await stageFor(host, program, []);
  const version = await start(program, ['--version']);
  const key = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
  const windows: Record<string, string> = {};
  for (const name of ['ProductName', 'EditionID', 'CurrentBuild', 'UBR']) {
    const { text } = await bench.run('reg', ['query', key, '/v', name]);
    windows[name] = /REG_\w+\s+(.*\S)/.exec(text)?.[1] ?? '';
  }
  return {
    formatVersion: 1,
    program: version.out.trim(),
    windows,
    finished: new Date().toISOString(),
    outcomes,
    leftBehind: differences(before, await stateOf(host)),
  };
}

function write(folder: string, report: Report): void {
  writeFileSync(join(folder, `${REPORT}.json`), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, `${REPORT}.txt`), reportText(report));
  console.log(`\n${reportText(report)}`);
}

/** What was prepared is written down before the restart; the bundle that runs now is what runs then. */
async function firstPhase(host: Host, folder: string, { program, report }: Omit<Kept, 'prepared'>): Promise<void> {
  const stage = await stageFor(host, program, []);
  const kept: Kept = { program, report, prepared: await beforeReboot(stage) };
  writeFileSync(join(folder, STATE), JSON.stringify(kept));
  const script = join(folder, 'acceptance.cjs');
  copyFileSync(process.argv[1] ?? '', script);
  const node = join(folder, 'node.exe');
  copyFileSync(process.execPath, node);
  const task = join(folder, 'task.xml');
  writeFileSync(task, bootTask(node, `"${script}" --after-reboot`));
  await registerTask(stage.bench, task);
  console.log(`The server restarts now; the report will be in ${folder}.`);
  spawnSync(join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'shutdown.exe'), [
    '/r',
    '/t',
    '5',
    '/d',
    'p:4:1',
  ]);
}

async function secondPhase(folder: string): Promise<number> {
  const { program, prepared, report } = JSON.parse(readFileSync(join(folder, STATE), 'utf8')) as Kept;
  const raw: string[] = [];
  const stage = await stageFor(await windowsHost(), program, raw);
  // Once, whatever becomes of it.
  await removeTask(stage.bench);
  const outcome = await afterReboot(stage, prepared, raw);
  const whole = { ...report, finished: new Date().toISOString(), outcomes: [...report.outcomes, outcome] };
  write(folder, whole);
  return isPassed(whole) ? 0 : 1;
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 70;
  },
);
