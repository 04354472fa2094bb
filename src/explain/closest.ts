// What somebody may have meant, as the command line says it of an option.

import { Command } from 'commander';
import { CODES } from './codes.ts';
import { EVENTS } from './events.ts';
import { WORDS } from './words.ts';

/** `(Did you mean ...?)` with those of the names that are most like `text`; '' when none is. Upper and lower case are one. */
export function didYouMean(text: string, names: readonly string[]): string {
  const spelled = new Map(names.map((name) => [name.toLowerCase(), name]));
  const asked = new Command().exitOverride().helpOption(false).helpCommand(false);
  asked.configureOutput({ outputError: () => {} });
  for (const name of spelled.keys()) asked.command(name);
  try {
    asked.parse(['--', text.trim().toLowerCase()], { from: 'user' });
    return '';
  } catch (error) {
    const [hint = ''] = /\(Did you mean .*\?\)$/.exec((error as Error).message) ?? [];
    return hint.replace(/[^ ,()?]+/g, (word) => spelled.get(word) ?? word);
  }
}

/** Every name and number that `explain` knows, playbooks aside. */
export const knownNames = (): readonly string[] => [
  ...CODES.flatMap(({ name, also, value }) => [name, also ?? name, `0x${value.toString(16).toUpperCase()}`]),
  ...EVENTS.map(({ id }) => String(id)),
  ...WORDS.flatMap(({ names }) => names),
];

/** All that `explain` knows in one line, for whoever has asked for something else. */
export function knownList(playbooks: readonly string[]): string {
  const events = EVENTS.map(({ id }) => id).sort((a, b) => a - b);
  const words = WORDS.flatMap(({ names }) => names);
  const codes = CODES.map(({ name }) => name);
  const all = { playbooks, events, words, 'codes, also as numbers': codes };
  return Object.entries(all)
    .map(([what, names]) => `${what}: ${names.join(', ')}`)
    .join('; ');
}
