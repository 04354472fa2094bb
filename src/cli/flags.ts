// Flags that several commands have.

import { type Command, Option } from 'commander';
import { HANDS } from '../model/repair/plan.ts';

/** The playbooks pull half of the program in, so they are loaded only where one is named, or help lists them. */
const loadPlaybooks = async () => (await import('../../playbooks/index.ts')).playbooks;

/** The values of --only and --fault, as help lists them. */
export interface ListedIds {
  readonly playbooks: readonly string[];
  readonly faults: readonly string[];
}

/** None where nobody asks for help on a command. */
export async function idsForHelp(args: readonly string[]): Promise<ListedIds> {
  if (args.length < 2 || !args.some((arg) => ['--help', '-h', 'help'].includes(arg)))
    return { playbooks: [], faults: [] };
  return knownIds();
}

/** All of them. */
export async function knownIds(): Promise<ListedIds> {
  const { named, playbooks } = await import('../../playbooks/index.ts');
  return { playbooks: playbooks.map(({ id }) => id), faults: named.map(({ id }) => id) };
}

/** `words`, with the ids that may be given where they were loaded. */
export const listing = (words: string, ids: readonly string[]): string =>
  ids.length === 0 ? words : `${words}: ${ids.join(', ')}`;

/** The names of the flags of a target, as commander keeps them. */
export const TARGET = ['lab', 'from', 'as'];

/** The flags that name a target. Evidence goes with few commands; the others refuse it, and their help does not speak of it. */
export function withTarget(command: Command, { evidence = false } = {}): Command {
  return command
    .option('--lab <dir>', 'the lab in this folder instead of this server')
    .addOption(
      new Option('--from <dir>', 'an evidence folder or a .zip of one, read only; check takes several').hideHelp(
        !evidence,
      ),
    )
    .addOption(new Option('--as <who>', 'who runs the tool on the lab').choices(['owner', 'system', 'other-admin']));
}

/** The flags of a target, where several evidence folders may be named. */
export function withTargets(command: Command): Command {
  const target = withTarget(command, { evidence: true });
  const from = target.options.find(({ long }) => long === '--from');
  from?.argParser((value: string, before: string | readonly string[] | undefined) =>
    before === undefined ? value : [before, value].flat(),
  );
  return target;
}

/** The flag that asks for details. */
export const withVerbose = (command: Command): Command =>
  command.addOption(
    new Option('--verbose', 'also the facts, where each was read, and whole command lines').conflicts([
      'json',
      'prometheus',
      'unattended',
      'line',
    ]),
  );

/** The flag for engines that take one line and a code. */
export const lineOption = (): Option =>
  new Option(
    '--line',
    'one line of ASCII for monitoring: a verdict, a colon, what is wrong; nothing on stderr',
  ).conflicts(['json']);

/** A hook: a question is no line. */
export function lineAsksNobody(_hooked: Command, command: Command): void {
  const given = (flag: string) => command.getOptionValue(flag) !== undefined;
  if (!given('line') || given('yes') || given('dryRun')) return;
  command.error('error: --line asks nobody. Give --yes or --dry-run with it', { exitCode: 2 });
}

/** The flag that chooses playbooks. */
export function withOnly(command: Command, ids: readonly string[]): Command {
  const words = listing('this playbook only; may be repeated', ids);
  return command
    .addOption(new Option('--only <id>', words).argParser(collected).default([], 'all'))
    .hook('preAction', refuseUnknown);
}

/** The flag that names whose hands run a binding again. */
export function withThrough(command: Command): Command {
  const words =
    'what runs a binding again: netsh, which keeps every setting, or IIS itself; default: netsh wherever it can';
  return command
    .addOption(new Option('--through <hands>', words).choices(HANDS))
    .hook('preAction', isForSome('through'));
}

/** Every value of an option that may be repeated. */
export const collected = (value: string, before: readonly string[]): readonly string[] => [...before, value];

async function refuseUnknown(_hooked: Command, command: Command): Promise<void> {
  const only: readonly string[] = command.getOptionValue('only');
  if (only.length === 0) return;
  const ids = (await loadPlaybooks()).map(({ id }) => id);
  const unknown = only.find((id) => !ids.includes(id));
  if (unknown === undefined) return;
  const left = `argument '${unknown}' is invalid. Known playbooks: ${ids.join(', ')}.`;
  command.error(`error: option '--only <id>' ${left}`, { exitCode: 2 });
}

/** A hook: a flag that says something only beside another one. */
export const goesWith =
  (flag: string, other: string) =>
  (_hooked: Command, command: Command): void => {
    if (command.getOptionValue(flag) === undefined || command.getOptionValue(other) !== undefined) return;
    command.error(`error: ${longOf(flag, command)} goes with ${longOf(other, command)}`, { exitCode: 2 });
  };

/** A hook: two documents in one stream are none. */
export function notBothOnStdout(_hooked: Command, command: Command): void {
  const printing = ['json', 'line'].find((flag) => command.getOptionValue(flag));
  if (printing === undefined || command.getOptionValue('prometheus') !== true) return;
  command.error(`error: --${printing} and --prometheus both print. Give one of them alone, or --prometheus FILE`, {
    exitCode: 2,
  });
}

/** A hook: a flag that some playbooks alone look at. */
export const isForSome =
  (flag: 'pfx' | 'correct' | 'through') =>
  async (_hooked: Command, command: Command): Promise<void> => {
    const only: readonly string[] = command.getOptionValue('only');
    if (command.getOptionValue(flag) === undefined || only.length === 0) return;
    const users = (await loadPlaybooks()).filter(({ flags }) => flags?.includes(flag)).map(({ id }) => id);
    if (only.some((id) => users.includes(id))) return;
    const left = `${longOf(flag, command)} is for ${users.join(', ')}, which --only leaves out`;
    command.error(`error: ${left}`, { exitCode: 2 });
  };

const longOf = (flag: string, { options }: Command) => options.find((option) => option.attributeName() === flag)?.long;
