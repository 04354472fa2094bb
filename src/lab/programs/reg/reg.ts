// reg.exe: query, export, import, add, delete.

import { DiskError } from '../../disk/disk.ts';
import { decodeText, utf16WithMark } from '../../disk/text-file.ts';
import { type Caller, type LabProgram, type ProgramResult, printed } from '../../program.ts';
import type { Registry } from '../../registry/registry.ts';
import type { LabServer } from '../../server.ts';
import { complained } from '../complaint.ts';
import { registryFileText } from './reg-export.ts';
import { importRegistryFile } from './reg-import.ts';
import { queryLines } from './reg-query.ts';
import { dataFromArgument, isValueType } from './reg-values.ts';

const SUCCESS = 'The operation completed successfully.';

const absent = (): ProgramResult =>
  complained(['ERROR: The system was unable to find the specified registry key or value.'], 1);
const denied = (): ProgramResult => complained(['ERROR: Access is denied.'], 1);
const invalidSyntax = (verb: string): ProgramResult =>
  complained(['ERROR: Invalid syntax.', `Type "REG ${verb} /?" for usage.`], 1);

/**
 * `reg query|export|import|add|delete ...`. Exit code 0 or 1; errors go to stderr. `/reg:64` and `/reg:32` are accepted:
 * the lab's programs are 64-bit and have one view.
 */
export const reg: LabProgram = (args, server, caller) => {
  const [verb = '', ...rest] = args;
  const upper = verb.toUpperCase();
  const parsed = parseOptions(rest.filter((argument) => !/^\/reg:(32|64)$/i.test(argument)));
  if (!parsed) return invalidSyntax(upper);
  const [first, second] = parsed.words;
  if (first === undefined) return complained(['ERROR: Invalid syntax.', 'Type "REG /?" for usage.'], 1);
  if (upper === 'IMPORT') return importFile(first, server, caller);
  const key = fullKey(first);
  if (!key) return complained(['ERROR: Invalid key name.', `Type "REG ${upper} /?" for usage.`], 1);
  if (upper === 'QUERY') return query(key, parsed.options, server.registry);
  if (upper === 'EXPORT' && second) return exportFile(key, second, parsed.options.has('/y'), server);
  if (upper === 'ADD') return add(key, parsed.options, server, caller);
  if (upper === 'DELETE') return remove(key, parsed.options, server, caller);
  return invalidSyntax(upper);
};

interface Parsed {
  readonly words: readonly string[];
  /** By lower-case name; '' for an option without a value. */
  readonly options: ReadonlyMap<string, string>;
}

const WITH_VALUE = new Set(['/v', '/t', '/d']);

function parseOptions(args: readonly string[]): Parsed | undefined {
  const words: string[] = [];
  const options = new Map<string, string>();
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? '';
    const name = argument.toLowerCase();
    if (!/^\/[a-z]+$/.test(name)) words.push(argument);
    else if (WITH_VALUE.has(name)) {
      const value = args[++index];
      if (value === undefined) return undefined;
      options.set(name, value);
    } else if (['/ve', '/va', '/f', '/y', '/s'].includes(name)) options.set(name, '');
    else return undefined;
  }
  return { words, options };
}

const ROOTS: Readonly<Record<string, string>> = {
  HKLM: 'HKEY_LOCAL_MACHINE',
  HKEY_LOCAL_MACHINE: 'HKEY_LOCAL_MACHINE',
  HKU: 'HKEY_USERS',
  HKEY_USERS: 'HKEY_USERS',
};

/** The key with the long name of its root; undefined for a root that the lab does not have. */
function fullKey(key: string): string | undefined {
  const [root = '', ...path] = key.replace(/\\$/, '').split('\\');
  const long = ROOTS[root.toUpperCase()];
  return long && [long, ...path].join('\\');
}

/** The value that /v or /ve name; undefined where neither is given. */
const namedValue = (options: ReadonlyMap<string, string>): string | undefined =>
  options.has('/ve') ? '' : options.get('/v');

function query(key: string, options: ReadonlyMap<string, string>, registry: Registry): ProgramResult {
  const lines = queryLines(registry, key, { value: namedValue(options), recurse: options.has('/s') });
  return lines ? printed(lines) : absent();
}

function exportFile(key: string, file: string, overwrite: boolean, server: LabServer): ProgramResult {
  if (!server.registry.values(key)) return absent();
  // The real program asks, and takes the end of its input as a no.
  if (server.disk.read(file) && !overwrite) {
    return complained([], 1, [`File ${file} already exists. Overwrite (Yes/No)?`]);
  }
  try {
    server.disk.write(file, utf16WithMark(registryFileText(server.registry, key)));
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return complained(['ERROR: Error writing to the file. There may be a disk or file system error.'], 1);
  }
  return printed([SUCCESS]);
}

function importFile(file: string, server: LabServer, caller: Caller): ProgramResult {
  const bytes = server.disk.read(file);
  if (!bytes) return complained(['ERROR: Error opening the file. There may be a disk or file system error.'], 1);
  if (!caller.elevated) return complained(['ERROR: Error accessing the registry.'], 1);
  if (!importRegistryFile(server.registry, decodeText(bytes))) {
    return complained(['ERROR: Error accessing the registry.'], 1);
  }
  // Success too goes to stderr: known of the real program, and a trap for whoever takes stderr for failure.
  return complained([SUCCESS], 0);
}

function add(key: string, options: ReadonlyMap<string, string>, server: LabServer, caller: Caller): ProgramResult {
  if (!caller.elevated) return denied();
  const type = (options.get('/t') ?? 'REG_SZ').toUpperCase();
  if (!isValueType(type)) return invalidSyntax('ADD');
  const data = dataFromArgument(type, options.get('/d') ?? '');
  if (!data) return invalidSyntax('ADD');
  const name = namedValue(options);
  server.registry.makeKey(key);
  if (name !== undefined) server.registry.setValue(key, name, { type, data });
  return printed([SUCCESS]);
}

function remove(key: string, options: ReadonlyMap<string, string>, server: LabServer, caller: Caller): ProgramResult {
  const values = server.registry.values(key);
  const name = namedValue(options);
  if (!values) return absent();
  const found = [...values.keys()].find((candidate) => candidate.toLowerCase() === name?.toLowerCase());
  if (name !== undefined && found === undefined) return absent();
  if (!caller.elevated) return denied();
  if (!options.has('/f')) {
    const what = name === undefined ? `the registry key ${key}` : `the registry value ${name}`;
    return complained([], 1, [`Permanently delete ${what} (Yes/No)?`]);
  }
  if (options.has('/va')) for (const value of values.keys()) server.registry.deleteValue(key, value);
  else if (found === undefined) server.registry.deleteKey(key);
  else server.registry.deleteValue(key, found);
  return printed([SUCCESS]);
}
