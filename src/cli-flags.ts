// Flags that several commands have.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { playbooks } from '../playbooks/index.ts';

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

function playbookIds(value: string, before: readonly string[]): readonly string[] {
  if (!playbooks.some(({ id }) => id === value)) {
    throw new InvalidArgumentError(`Known playbooks: ${playbooks.map(({ id }) => id).join(', ')}.`);
  }
  return [...before, value];
}
