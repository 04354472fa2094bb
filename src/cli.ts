// The command line as declarations. Every command's code is loaded only when it runs.

import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { Streams } from './commands/streams.ts';
import type { TargetOptions } from './commands/target.ts';
import { PLAYBOOK_IDS } from './model/finding.ts';
import type { Stopping } from './stopping.ts';
import { versionLine } from './version.ts';

/** What the command line was parsed to: it sets the exit code when the command has ended. */
export interface Parsed {
  exitCode: number;
}

/** The whole command line. */
export function commandLine(streams: Streams, result: Parsed, stopping: Stopping): Command {
  const program = new Command('iis-ssl-heal')
    .description(
      'Finds why HTTPS on IIS is dead, mends it with your consent, proves it, and can take every change back.',
    )
    .version(versionLine(), '--version', 'print the version')
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .configureOutput({ writeOut: streams.out, writeErr: streams.err });
  const ends = async (work: Promise<number>): Promise<void> => {
    result.exitCode = await work;
  };

  withTarget(program)
    .argument('[command]')
    .action((command: string | undefined, options: TargetOptions) => {
      if (command !== undefined) return refuseCommand(program, command);
      return ends(import('./commands/session.ts').then(({ session }) => session(options, streams, stopping)));
    });

  withOnly(withTarget(program.command('check')))
    .description('look at the server and say what is broken; changes nothing')
    .addOption(new Option('--json', 'print one JSON document').conflicts(['prometheus', 'html']))
    .addOption(new Option('--prometheus', 'print metrics for a textfile collector').conflicts(['html']))
    .option('--html <file>', 'write a report that can be mailed')
    .addOption(
      new Option('--unattended', 'prove what fix --unattended repaired: for scheduled tasks').conflicts([
        'json',
        'prometheus',
        'html',
      ]),
    )
    .addOption(new Option('--owner-task', "remove the task of a key's owner when it has done its work").hideHelp())
    .action((options) =>
      ends(
        options.unattended
          ? import('./commands/unattended.ts').then((each) => each.unattendedCheck(options, streams))
          : import('./commands/check.ts').then(({ check }) => check(options, streams)),
      ),
    );

  withOnly(withTarget(program.command('fix')))
    .description('repair what is broken, after showing each repair')
    .addOption(
      new Option('--yes [risk]', 'apply without asking, up to this risk')
        .choices(['safe', 'disruptive'])
        .preset('safe'),
    )
    .addOption(
      new Option('--unattended', 'never ask, and keep to the limits of config.json: for scheduled tasks').conflicts([
        'dryRun',
        'correct',
        'pfx',
        'plan',
      ]),
    )
    .option('--dry-run', 'print the repairs and change nothing')
    .option('--json', 'print one JSON document')
    .option('--correct', 'write the right hash into customMetadata instead of stripping it, where one is certain')
    .option('--pfx <file>', 'import the certificate and its key from this PFX file')
    .option('--plan <file>', 'apply exactly this saved plan, or refuse')
    .option('--pfx-password-file <file>', "file with the PFX's password on its first line; - for stdin")
    .action((options) =>
      ends(
        options.unattended && options.yes !== undefined
          ? import('./commands/unattended.ts').then((each) =>
              each.unattendedFix(options, options.yes, streams, stopping),
            )
          : import('./commands/fix.ts').then(({ fixCommand }) => fixCommand(options, streams, stopping)),
      ),
    );

  withTarget(program.command('undo'))
    .description('take back what a run changed; the latest one if none is named')
    .argument('[run]', 'a run as `runs` lists it')
    .option('--yes', 'take it back without asking')
    .action((run, options) =>
      ends(import('./commands/undo.ts').then(({ undo }) => undo(run, options, streams, stopping))),
    );

  withTarget(program.command('runs'))
    .description('list the runs that changed something')
    .option('--json', 'print one JSON document')
    .action((options) => ends(import('./commands/runs.ts').then(({ runs }) => runs(options, streams))));

  withOnly(withTarget(program.command('plan')))
    .description('write the repairs to a file, to be reviewed and carried to the server')
    .addOption(
      new Option('--script <file>', 'as a cmd script for a server without Node, and its undo script').conflicts([
        'out',
      ]),
    )
    .option('--out <file>', 'as JSON with a checksum')
    .option('--correct', 'write the right hash into customMetadata instead of stripping it, where one is certain')
    .action((options) => ends(import('./commands/plan.ts').then(({ planCommand }) => planCommand(options, streams))));

  withTarget(program.command('collect'))
    .description('gather what check reads, to be checked elsewhere with --from')
    .addOption(
      new Option('--out <dir>', 'write an evidence folder; passwords in it are overwritten').conflicts([
        'script',
        'redact',
      ]),
    )
    .addOption(
      new Option('--script <file>', 'write a cmd script that does it on a server without Node').conflicts(['redact']),
    )
    .option('--redact <dir>', "overwrite the passwords in such a script's folder")
    .action((options) =>
      ends(import('./commands/collect.ts').then(({ collectCommand }) => collectCommand(options, streams))),
    );

  baselineCommands(program, streams, ends, stopping);
  scheduleCommands(program, streams, ends, stopping);

  program
    .command('list')
    .description('list the playbooks')
    .action(() => ends(import('./commands/list.ts').then(({ list }) => list(streams))));

  program
    .command('explain')
    .description('explain an error code, an event or a playbook')
    .argument('<code>', '0x80090016, -2146893802, NTE_BAD_KEYSET, 36870, stranded-key ...')
    .action((code) => ends(import('./commands/explain.ts').then(({ explain }) => explain(code, streams))));

  labCommands(program, streams, ends, stopping);
  for (const command of [program, ...program.commands, ...program.commands.flatMap((each) => each.commands)])
    command.exitOverride();
  return program;
}

function baselineCommands(
  program: Command,
  streams: Streams,
  ends: (work: Promise<number>) => Promise<void>,
  stopping: Stopping,
): void {
  const baseline = program
    .command('baseline')
    .description('the last healthy states, which lost and overwritten records are restored from');
  withTarget(baseline.command('save'))
    .description('remember what stands on a server that is healthy now, and take it as meant')
    .action((options) =>
      ends(import('./commands/baseline.ts').then((each) => each.saveBaseline(options, streams, stopping))),
    );
  withTarget(baseline.command('show'))
    .description('print what is remembered')
    .option('--json', 'print one JSON document')
    .action((options) => ends(import('./commands/baseline.ts').then((each) => each.showBaseline(options, streams))));
}

function scheduleCommands(
  program: Command,
  streams: Streams,
  ends: (work: Promise<number>) => Promise<void>,
  stopping: Stopping,
): void {
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
      ends(import('./commands/schedule.ts').then((each) => each.installSchedule(options, streams, stopping))),
    );
  withTarget(schedule.command('status'))
    .description('compare what is registered with what should be')
    .option('--json', 'print one JSON document')
    .action((options) => ends(import('./commands/schedule.ts').then((each) => each.scheduleStatus(options, streams))));
  withTarget(schedule.command('reset'))
    .description('let unattended runs try again what they had given up')
    .action((options) =>
      ends(import('./commands/schedule-reset.ts').then((each) => each.resetSchedule(options, streams, stopping))),
    );
  withTarget(schedule.command('remove'))
    .description('remove our tasks')
    .action((options) =>
      ends(import('./commands/schedule.ts').then((each) => each.removeSchedule(options, streams, stopping))),
    );
}

function labCommands(
  program: Command,
  streams: Streams,
  ends: (work: Promise<number>) => Promise<void>,
  stopping: Stopping,
): void {
  const lab = program.command('lab').description('a small Windows server in a folder, to learn, show and test on');
  const folder = () => new Argument('<dir>', 'the folder of the lab');
  lab
    .command('create')
    .description('make a healthy server, and break it with --fault')
    .addArgument(folder())
    .option('--config <file>', "a server with this applicationHost.config's sites")
    .addOption(new Option('--fault <id>', 'break it this way; may be repeated').argParser(collected).default([]))
    .action((dir, options) =>
      ends(import('./commands/lab.ts').then((each) => each.createLabIn(dir, options, streams))),
    );
  lab
    .command('reboot')
    .description('restart the server: cached credentials are gone, and the tasks at boot run')
    .addArgument(folder())
    .action((dir) => ends(import('./commands/lab.ts').then((each) => each.rebootLabIn(dir, streams, stopping))));
  lab
    .command('restart-iis')
    .description('restart the services of IIS: the ABO mapper runs')
    .addArgument(folder())
    .action((dir) => ends(import('./commands/lab.ts').then((each) => each.restartIisIn(dir, streams, stopping))));
  lab
    .command('logon')
    .description('log a person on: the tasks at that logon run')
    .addArgument(folder())
    .addOption(new Option('--as <who>', 'who logs on').choices(['owner', 'other-admin']).default('owner'))
    .action((dir, options) =>
      ends(import('./commands/lab.ts').then((each) => each.logonLabIn(dir, options, streams, stopping))),
    );
  lab
    .command('serve')
    .description('serve TLS on loopback until stopped; the first line of stdout says where')
    .addArgument(folder())
    .action((dir) => ends(import('./commands/lab.ts').then((each) => each.serveLabIn(dir, streams, stopping))));
}

function withTarget(command: Command): Command {
  return command
    .option('--lab <dir>', 'the lab in this folder instead of this server')
    .option('--from <dir>', 'an evidence folder, read only')
    .addOption(new Option('--as <who>', 'who runs the tool on the lab').choices(['owner', 'system', 'other-admin']));
}

function withOnly(command: Command): Command {
  return command.addOption(
    new Option('--only <id>', 'this playbook only; may be repeated').argParser(playbookIds).default([]),
  );
}

const collected = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function playbookIds(value: string, before: readonly string[]): readonly string[] {
  if (!(PLAYBOOK_IDS as readonly string[]).includes(value)) {
    throw new InvalidArgumentError(`Known playbooks: ${PLAYBOOK_IDS.join(', ')}.`);
  }
  return [...before, value];
}

async function refuseCommand(program: Command, given: string): Promise<void> {
  const { closest } = await import('./explain/closest.ts');
  const names = program.commands.map((command) => command.name());
  const near = closest(given, names);
  const hint = near !== undefined && names.includes(near) ? ` (Did you mean ${near}?)` : '';
  program.error(`error: unknown command '${given}'${hint}`, { code: 'commander.unknownCommand', exitCode: 2 });
}
