// The command line as declarations. Every command's code is loaded only when it runs.

import { Argument, Command, Option } from 'commander';
import type { Streams } from '../commands/streams.ts';
import type { TargetOptions } from '../commands/target.ts';
import type { RunOutcome } from '../model/run/run-outcome.ts';
import { versionLine } from '../model/version.ts';
import type { Stopping } from '../person/stopping.ts';
import { completionScript, SHELLS } from './completion.ts';
import { withExamples } from './examples.ts';
import {
  goesWith,
  isForSome,
  knownIds,
  type ListedIds,
  lineAsksNobody,
  lineOption,
  notBothOnStdout,
  TARGET,
  withOnly,
  withTarget,
  withTargets,
  withThrough,
  withVerbose,
} from './flags.ts';
import { baselineCommands, dscCommands, labCommands, type Running, reportCommand, scheduleCommands } from './groups.ts';
import { commandsOf, strictly } from './strict.ts';

export { idsForHelp } from './flags.ts';

/** What the command line was parsed to: the command that runs, and how it ended where it has anything to judge. */
export interface Parsed {
  command: string;
  outcome?: RunOutcome | undefined;
}

/** The whole command line. */
export function commandLine(
  streams: Streams,
  result: Parsed,
  stopping: Stopping,
  { playbooks, faults }: ListedIds = { playbooks: [], faults: [] },
): Command {
  const program = new Command('iis-ssl-heal')
    .description(
      'Finds why HTTPS on IIS is dead, mends it with your consent, proves it, and can take every change back.\n\nWithout a command it looks, shows what is broken, and offers each repair.',
    )
    .usage('[options] [command]')
    .version(versionLine(), '-v, --version', 'print the version')
    .helpCommand('help [command]', 'explain a command, with examples')
    .enablePositionalOptions()
    // 40 of its own accord, which in 60 columns leaves descriptions to the terminal.
    .configureHelp({ minWidthToWrap: 20 })
    .showSuggestionAfterError(true)
    .configureOutput({ writeOut: streams.out, writeErr: streams.err });
  const ends: Running['ends'] = async (work) => {
    result.outcome = await work;
  };
  const run: Running = { streams, stopping, ends };

  withTarget(program, { evidence: true })
    .argument('[command]')
    .action((command: string | undefined, options: TargetOptions) => {
      if (command !== undefined) return refuseCommand(program, command);
      return ends(import('../commands/change/session.ts').then(({ session }) => session(options, streams, stopping)));
    });

  withVerbose(withOnly(withTargets(program.command('check')), playbooks))
    .description('look at the server and say what is broken; changes nothing')
    .option('--json', 'print one JSON document')
    .option('--prometheus [file]', 'print metrics for a textfile collector, or write them to a file')
    .option('--html <file>', 'write a report that can be mailed')
    .addOption(lineOption())
    .hook('preAction', notBothOnStdout)
    .addOption(
      new Option('--unattended', 'prove what fix --unattended repaired: for scheduled tasks').conflicts([
        'json',
        'prometheus',
        'html',
        'line',
      ]),
    )
    .addOption(new Option('--owner-task', "remove the task of a key's owner when it has done its work").hideHelp())
    .hook('preAction', goesWith('ownerTask', 'unattended'))
    .action((options) =>
      ends(
        options.unattended
          ? import('../commands/schedule/unattended.ts').then((each) => each.unattendedCheck(options, streams))
          : import('../commands/look/check.ts').then(({ check }) => check(options, streams)),
      ),
    );

  withVerbose(withThrough(withOnly(withTarget(program.command('fix')), playbooks)))
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
        'through',
        'pfx',
        'plan',
        'line',
      ]),
    )
    .option('--dry-run', 'print the repairs and change nothing')
    .option('--json', 'print one JSON document')
    .addOption(lineOption())
    .hook('preAction', lineAsksNobody)
    .option('--correct', 'write the right hash into customMetadata instead of stripping it, where one is certain')
    .option('--pfx <file>', 'import the certificate and its key from this PFX file')
    .addOption(
      new Option('--plan <file>', 'apply exactly this saved plan, or refuse').conflicts([
        'only',
        'correct',
        'through',
        'pfx',
      ]),
    )
    .option('--pfx-password-file <file>', "file with the PFX's password on its first line; - for stdin")
    .hook('preAction', goesWith('pfxPasswordFile', 'pfx'))
    .hook('preAction', isForSome('pfx'))
    .hook('preAction', isForSome('correct'))
    .action((options) =>
      ends(
        options.unattended && options.yes !== undefined
          ? import('../commands/schedule/unattended.ts').then((each) =>
              each.unattendedFix(options, options.yes, streams, stopping),
            )
          : import('../commands/change/fix.ts').then(({ fixCommand }) => fixCommand(options, streams, stopping)),
      ),
    );

  withTarget(program.command('undo'))
    .description('take back what a run changed; the latest one if none is named')
    .argument('[run]', 'a run as `runs` lists it')
    .option('--yes', 'take it back without asking')
    .action((run, options) =>
      ends(import('../commands/change/undo.ts').then(({ undo }) => undo(run, options, streams, stopping))),
    );

  withTarget(program.command('runs'))
    .description('list the runs that changed something')
    .option('--json', 'print one JSON document')
    .action((options) => ends(import('../commands/look/runs.ts').then(({ runs }) => runs(options, streams))));

  withThrough(withOnly(withTarget(program.command('plan'), { evidence: true }), playbooks))
    .description('write the repairs to a file, to be reviewed and carried to the server')
    .addOption(
      new Option('--script <file>', 'as a cmd script for a server without Node, and its undo script').conflicts([
        'out',
      ]),
    )
    .option('--out <file>', 'as JSON with a checksum')
    .option('--correct', 'write the right hash into customMetadata instead of stripping it, where one is certain')
    .hook('preAction', isForSome('correct'))
    .action((options) =>
      ends(import('../commands/change/plan.ts').then(({ planCommand }) => planCommand(options, streams))),
    );

  withTarget(program.command('collect'), { evidence: true })
    .description('gather what check reads, to be checked elsewhere with --from')
    .addOption(
      new Option('--out <dir>', 'write an evidence folder; passwords in it are overwritten').conflicts([
        'script',
        'redact',
      ]),
    )
    .addOption(
      new Option('--script <file>', 'write a cmd script that does it on a server without Node').conflicts([
        'redact',
        ...TARGET,
      ]),
    )
    .addOption(new Option('--redact <dir>', "overwrite the passwords in such a script's folder").conflicts(TARGET))
    .action((options) =>
      ends(import('../commands/look/collect.ts').then(({ collectCommand }) => collectCommand(options, streams))),
    );

  reportCommand(program, run);
  baselineCommands(program, run);
  scheduleCommands(program, run);
  dscCommands(program, run);

  program
    .command('list')
    .description('list the playbooks')
    .action(() => ends(import('../commands/look/list.ts').then(({ list }) => list(streams))));

  program
    .command('explain')
    .description('explain an error code, an event or a playbook')
    .argument('<code>', '0x80090016, -2146893802, NTE_BAD_KEYSET, 36870, or an id that `list` prints')
    .action((code) => ends(import('../commands/look/explain.ts').then(({ explain }) => explain(code, streams))));

  program
    .command('completion')
    .description('print a script that lets a shell complete these command lines')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action(async (shell: (typeof SHELLS)[number]) => {
      const known = await knownIds();
      streams.out(completionScript(shell, program, { '--only': known.playbooks, '--fault': known.faults }));
    });

  labCommands(program, run, faults);
  for (const command of commandsOf(program)) withExamples(command, faults[0]);
  strictly(program);
  program.hook('preAction', (_program, command) => {
    result.command = command.name();
  });
  for (const command of commandsOf(program)) command.exitOverride();
  return program;
}

async function refuseCommand(program: Command, given: string): Promise<void> {
  const { didYouMean } = await import('../explain/closest.ts');
  const names = program.commands.map((command) => command.name());
  const message = `error: unknown command '${given}' ${didYouMean(given, names)}`.trimEnd();
  program.error(message, { code: 'commander.unknownCommand', exitCode: 2 });
}
