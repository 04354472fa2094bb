// Flags that several commands have.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { playbooks } from '../../playbooks/index.ts';

/** The names of the flags of a target, as commander keeps them. */
export const TARGET = ['lab', 'from', 'as'];

/** The flags that name a target. */
export function withTarget(command: Command): Command {
  return command
    .option('--lab <dir>', 'the lab in this folder instead of this server')
    .option('--from <dir>', 'an evidence folder, read only')
    .addOption(new Option('--as <who>', 'who runs the tool on the lab').choices(['owner', 'system', 'other-admin']));
}

/** The flag that chooses playbooks. */
export function withOnly(command: Command): Command {
  return command.addOption(
    new Option('--only <id>', 'this playbook only; may be repeated').argParser(playbookIds).default([]),
  );
}

/** A hook: a flag that says something only beside another one. */
export const goesWith =
  (flag: string, other: string) =>
  (_hooked: Command, command: Command): void => {
    if (command.getOptionValue(flag) === undefined || command.getOptionValue(other) !== undefined) return;
    command.error(`error: ${longOf(flag, command)} goes with ${longOf(other, command)}`, { exitCode: 2 });
  };

/** A hook: a flag that some playbooks alone look at. */
export const isForSome =
  (flag: 'pfx' | 'correct') =>
  (_hooked: Command, command: Command): void => {
    const only: readonly string[] = command.getOptionValue('only');
    const users = playbooks.filter(({ flags }) => flags?.includes(flag)).map(({ id }) => id);
    if (command.getOptionValue(flag) === undefined || only.length === 0 || only.some((id) => users.includes(id)))
      return;
    const left = `${longOf(flag, command)} is for ${users.join(', ')}, which --only leaves out`;
    command.error(`error: ${left}`, { exitCode: 2 });
  };

const longOf = (flag: string, { options }: Command) => options.find((option) => option.attributeName() === flag)?.long;

function playbookIds(value: string, before: readonly string[]): readonly string[] {
  if (!playbooks.some(({ id }) => id === value)) {
    throw new InvalidArgumentError(`Known playbooks: ${playbooks.map(({ id }) => id).join(', ')}.`);
  }
  return [...before, value];
}
