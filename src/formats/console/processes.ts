// The processes of a server, as `tasklist /fo csv /nh` prints them: name and id come first, in every language.

import { fail, ok, type Result } from '../../model/result.ts';
import { readCsv } from '../tasks/csv.ts';
import { consoleText } from './console-text.ts';

/** Names by process id. */
export function readProcesses(bytes: Uint8Array): Result<ReadonlyMap<number, string>> {
  const found = readCsv(consoleText(bytes)).flatMap(([name = '', id = '']) =>
    name !== '' && /^\d+$/.test(id) ? [[Number(id), name] as const] : [],
  );
  return found.length === 0 ? fail('no process in it') : ok(new Map(found));
}
