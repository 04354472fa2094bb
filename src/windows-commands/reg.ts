// reg: whole keys out and in, single values out.

import type { Command } from '../model/repair/command.ts';

/** The key with all below it as a .reg file (UTF-16 with BOM); the file's bytes are the result of the run. */
export function exportKey(key: string): Command {
  return { program: 'reg', args: ['export', key, { outputFile: true }, '/y'] };
}

/** One value, printed as name, type and data; exit code 1 where key or value is missing. */
export function queryValue(key: string, name: string): Command {
  return { program: 'reg', args: ['query', key, '/v', name] };
}

/** The key's values and the full paths of its direct subkeys, also of those that are closed to the caller. */
export function queryKey(key: string): Command {
  return { program: 'reg', args: ['query', key] };
}

/** Merges a .reg file into the registry: values are set, others stay. */
export function importFile(path: string): Command {
  return { program: 'reg', args: ['import', path] };
}

/** Sets one string value without asking; the key is made where it is not there. */
export function setString(key: string, name: string, text: string): Command {
  return { program: 'reg', args: ['add', key, '/v', name, '/t', 'REG_SZ', '/d', text, '/f'] };
}
