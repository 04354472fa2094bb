// The subkeys of a key, from `reg query KEY`.

import { malformed, type Parsed, parsed } from '../../model/parsed.ts';
import { consoleText } from '../console/console-text.ts';
import { keyOf } from './reg-file.ts';

/**
 * Lower-case names of the direct subkeys, each of which stands on a line of its own with its full path, in no language.
 * A key whose list names none is malformed: that is what an answer that was cut off looks like.
 */
export function readSubkeys(bytes: Uint8Array, key: string): Parsed<ReadonlySet<string>> {
  const prefix = `${keyOf(key)}\\`;
  const names = consoleText(bytes)
    .split(/\r?\n/)
    .map((line) => line.trimEnd().toLowerCase())
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length))
    .filter((name) => name !== '' && !name.includes('\\'));
  return names.length === 0 ? malformed(`no list of what is in ${key}`) : parsed(new Set(names));
}
