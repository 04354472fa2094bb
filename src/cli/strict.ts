// What holds for every option and argument of every command: nothing that was typed is dropped in silence.

import { type Argument, type Command, InvalidArgumentError, type Option } from 'commander';
import { wrong } from '../model/user-error.ts';
import { pathOf } from './examples.ts';

/** A command and all below it. */
export const commandsOf = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(commandsOf)];

/** Refuses empty and contradicting values everywhere, and hands a command what was given before its name, before it is parsed. */
export function strictly(program: Command): void {
  for (const command of commandsOf(program)) {
    refuseAsAllErrors(command);
    for (const option of command.options) refuseSilence(option, command);
    for (const argument of command.registeredArguments) argument.argParser(given(argument.parseArg));
    command.hook('preSubcommand', (_group, chosen) => {
      if (chosen.commands.length === 0) takeFromBefore(program, chosen);
    });
  }
}

/** In one line, with what to do last; where a command of a group was left out, its help is that. */
function refuseAsAllErrors(command: Command): void {
  const help = `See ${`iis-ssl-heal ${pathOf(command)}`.trimEnd()} --help`;
  command.configureOutput({
    outputError: (text, write) => write(`${wrong(text.trim().replaceAll(/\s*\n\s*/g, ' '), help)}\n`),
  });
  if (command.parent === null || command.commands.length === 0) return;
  command.addHelpText('before', ({ error }) =>
    error ? `error: ${wrong(`${command.name()} is several commands`, 'Name one of these')}\n` : '',
  );
}

type Parser = Argument['parseArg'];

/** An empty value names nothing, and as a path it would be the current folder. */
function given(parse: Parser): NonNullable<Parser> {
  return <T>(value: string, previous: T): T => {
    if (value.trim() === '') throw new InvalidArgumentError('It must not be empty.');
    return parse === undefined ? (value as T) : (parse(value, previous) as T);
  };
}

function refuseSilence(option: Option, command: Command): void {
  if (option.isBoolean()) return;
  const name = option.attributeName();
  const parse = given(option.parseArg);
  option.argParser((value: string, previous: unknown): unknown => {
    // An option where a value belongs: the value was forgotten, and the option would be lost in it. `-` alone is stdin.
    if (/^-./.test(value)) throw new InvalidArgumentError('It looks like an option: write ./ in front of such a name.');
    const parsed = parse(value, previous);
    const again = command.getOptionValueSource(name) === 'cli' && !Array.isArray(parsed);
    if (again && parsed !== previous) throw new InvalidArgumentError(`It was given already, as '${previous}'.`);
    return parsed;
  });
}

/** An option of the program is the same option of the command, by its flags and its words; to every other it is a mistake. */
function takeFromBefore(program: Command, command: Command): void {
  for (const option of program.options) {
    const name = option.attributeName();
    if (program.getOptionValueSource(name) !== 'cli') continue;
    const { flags, description } = option;
    if (!command.options.some((own) => own.flags === flags && own.description === description))
      command.error(`error: ${command.name()} takes no ${option.long}`, { exitCode: 2 });
    command.setOptionValueWithSource(name, program.getOptionValue(name), 'cli');
  }
}
