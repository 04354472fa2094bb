// The commands that have commands of their own, and the one of many servers, as declarations.

import { Argument, type Command, Option } from 'commander';
import type { Streams } from '../commands/streams.ts';
import type { RunOutcome } from '../model/run/run-outcome.ts';
import type { Stopping } from '../person/stopping.ts';
import { collected, listing, withTarget } from './flags.ts';

/** What a command runs with: where it prints, what a signal must not cut off, and who hears how it ended. */
export interface Running {
  readonly streams: Streams;
  readonly stopping: Stopping;
  readonly ends: (work: Promise<RunOutcome | undefined>) => Promise<void>;
}

/** report --fleet. */
export function reportCommand(program: Command, { streams, ends }: Running): void {
  program
    .command('report')
    .description('what many servers have sent, on one page: documents of check --json and evidence folders')
    .addOption(
      new Option('--fleet <dir...>', 'a folder with one file or evidence folder of each server; several may be named')
        .argParser(collected)
        .default([], 'none'),
    )
    .option('--html <file>', 'write a page that can be mailed')
    .option('--json', 'print one JSON document')
    .option('--stale <hours>', 'older than this is stale; default: 24')
    .action((options) => ends(import('../commands/look/report.ts').then(({ report }) => report(options, streams))));
}

/** baseline save | show. */
export function baselineCommands(program: Command, { streams, stopping, ends }: Running): void {
  const baseline = program
    .command('baseline')
    .description('the last healthy states, which lost and overwritten records are restored from');
  withTarget(baseline.command('save'))
    .description('remember what stands on a server that is healthy now, and take it as meant')
    .action((options) =>
      ends(import('../commands/look/baseline.ts').then((each) => each.saveBaseline(options, streams, stopping))),
    );
  withTarget(baseline.command('show'))
    .description('print what is remembered')
    .option('--json', 'print one JSON document')
    .action((options) =>
      ends(import('../commands/look/baseline.ts').then((each) => each.showBaseline(options, streams))),
    );
}

/** schedule install | status | reset | pause | resume | remove. */
export function scheduleCommands(program: Command, { streams, stopping, ends }: Running): void {
  const schedule = program.command('schedule').description('a scheduled task that repairs after every reboot');
  withTarget(schedule.command('install'))
    .description('register the task, or mend it')
    .addOption(
      new Option('--yes [risk]', 'what the task may apply: up to this risk')
        .choices(['safe', 'disruptive'])
        .preset('safe'),
    )
    .option('--owner', "also a task at the logon of a stranded key's owner")
    .action((options) =>
      ends(import('../commands/schedule/schedule.ts').then((each) => each.installSchedule(options, streams, stopping))),
    );
  withTarget(schedule.command('status'))
    .description('compare what is registered with what should be')
    .option('--json', 'print one JSON document')
    .action((options) =>
      ends(import('../commands/schedule/status.ts').then((each) => each.scheduleStatus(options, streams))),
    );
  withTarget(schedule.command('reset'))
    .description('let unattended runs try again what they had given up')
    .action((options) =>
      ends(import('../commands/schedule/schedule.ts').then((each) => each.resetSchedule(options, streams, stopping))),
    );
  withTarget(schedule.command('pause'))
    .description('repair nothing unattended for a while; the task looks on, and says so')
    .option('--for <time>', 'how long: 30m, 4h, 2d; without it until schedule resume')
    .action((options) =>
      ends(import('../commands/schedule/pause.ts').then((each) => each.pauseSchedule(options, streams, stopping))),
    );
  withTarget(schedule.command('resume'))
    .description('end such a pause')
    .action((options) =>
      ends(import('../commands/schedule/pause.ts').then((each) => each.resumeSchedule(options, streams, stopping))),
    );
  withTarget(schedule.command('remove'))
    .description('remove our tasks')
    .action((options) =>
      ends(import('../commands/schedule/schedule.ts').then((each) => each.removeSchedule(options, streams, stopping))),
    );
}

/** dsc get | test | set | export. */
export function dscCommands(program: Command, { streams, stopping, ends }: Running): void {
  const dsc = program.command('dsc').description('a resource of DSC v3: one JSON object on stdin, JSON on stdout');
  for (const [operation, does] of [
    ['get', 'say how the server is'],
    ['test', 'say whether all its HTTPS is healthy; 0 whatever the answer'],
    ['set', 'repair it, as fix --yes does'],
    ['export', 'the one instance that there is'],
  ] as const)
    withTarget(dsc.command(operation))
      .description(does)
      .action((options) =>
        ends(import('../commands/dsc/dsc.ts').then((each) => each.dsc(operation, options, streams, stopping))),
      );
}

/** lab create | unknowns | reboot | restart-iis | logon | serve. */
export function labCommands(program: Command, { streams, stopping, ends }: Running, faults: readonly string[]): void {
  const lab = program.command('lab').description('a small Windows server in a folder, to learn, show and test on');
  const folder = () => new Argument('<dir>', 'the folder of the lab');
  lab
    .command('create')
    .description('make a healthy server, and break it with --fault')
    .addArgument(folder())
    .option('--config <file>', "a server with this applicationHost.config's sites")
    .option('--windows <answers>', 'SWITCH=ANSWER,...: what is not known of Windows (lab unknowns) is so there')
    .option('--windows-answers <file>', 'all is so there as npm run ask:windows found it on a server')
    .addOption(
      new Option('--fault <id>', listing('break it this way; may be repeated', faults))
        .argParser(collected)
        .default([], 'none'),
    )
    .action((dir, options) =>
      ends(import('../commands/lab.ts').then((each) => each.createLabIn(dir, options, streams))),
    );
  lab
    .command('unknowns')
    .description('print what is not known of Windows, and the answers that a lab can be given')
    .action(() => ends(import('../commands/lab.ts').then((each) => each.printUnknowns(streams))));
  lab
    .command('reboot')
    .description('restart the server: cached credentials are gone, and the tasks at boot run')
    .addArgument(folder())
    .action((dir) => ends(import('../commands/lab.ts').then((each) => each.rebootLabIn(dir, streams, stopping))));
  lab
    .command('restart-iis')
    .description('restart the services of IIS: the ABO mapper runs')
    .addArgument(folder())
    .action((dir) => ends(import('../commands/lab.ts').then((each) => each.restartIisIn(dir, streams, stopping))));
  lab
    .command('logon')
    .description('log a person on: the tasks at that logon run')
    .addArgument(folder())
    .addOption(new Option('--as <who>', 'who logs on').choices(['owner', 'other-admin']).default('owner'))
    .action((dir, options) =>
      ends(import('../commands/lab.ts').then((each) => each.logonLabIn(dir, options, streams, stopping))),
    );
  lab
    .command('serve')
    .description('serve TLS on loopback until stopped; the first line of stdout says where')
    .addArgument(folder())
    .action((dir) => ends(import('../commands/lab.ts').then((each) => each.serveLabIn(dir, streams, stopping))));
}
