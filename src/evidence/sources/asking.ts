// How a row of the table asks its server: a command or a file, each with its name in the evidence folder.

import type { Command } from '../../model/repair/command.ts';
import type { Result } from '../../model/result.ts';
import type { Places } from '../../model/server/evidence.ts';
import type { Known } from '../../model/server/known.ts';
import { inetsrvFolder } from '../../model/server/places.ts';
import { interpret, type Reading, type Request } from '../readers/reading.ts';
import type { Read } from './source.ts';

/** A command whose output has this name in the folder. */
export const run = (folderFile: string, command: Command): Request => ({ kind: 'command', command, folderFile });
/** The same of a key that most servers lack; `below`: a key above it that every Windows has. */
export const runWhereListed = (folderFile: string, command: Command, below: string): Request => ({
  kind: 'command',
  command,
  folderFile,
  below,
});
/** The only request of its row. */
export const asks = (folderFile: string, command: Command) => () => [run(folderFile, command)];

/** A source of one file with a reader of its bytes. */
export const file = <T>(name: string, command: Command, read: (bytes: Uint8Array, places: Places) => Result<T>) => ({
  ask: asks(name, command),
  read: ([reading]: readonly Reading[], { places }: { readonly places: Places }): Read<Known<T>> => ({
    value: interpret(reading, (bytes) => read(bytes, places)),
  }),
});

/** A file of IIS's configuration. */
export function iisFile(name: string, places: Places): Request {
  return { kind: 'file', path: `${inetsrvFolder(places)}\\config\\${name}`, folderFile: name };
}
