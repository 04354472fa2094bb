// What `sc queryex NAME` prints of a service. Names of fields are translated, numbers and constants are not.

import { fail, ok, type Result } from '../../model/result.ts';
import type { ServiceRun } from '../../model/server/evidence.ts';
import { consoleText } from './console-text.ts';

/** Type and state are the lines of a number and a constant, in that order; the exit codes are numbers with their hex. */
export function readServiceRun(bytes: Uint8Array): Result<ServiceRun> {
  const text = consoleText(bytes);
  const [, state] = [...text.matchAll(/^[ \t]+[^:\r\n]*:[ \t]+([0-9a-f]{1,3})[ \t]+[A-Z][A-Z0-9_]+[ \t]*\r?$/gm)];
  const exitCode = /:[ \t]+(\d+)[ \t]+\(0x[0-9a-f]+\)/.exec(text)?.[1];
  if (state?.[1] === undefined) return fail('no state of a service in it');
  return ok({ state: Number(state[1]), exitCode: Number(exitCode ?? 0) });
}
