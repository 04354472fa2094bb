// The bare command: an interactive session. Check, show, offer each repair.

import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { canAsk } from '../../person/person.ts';
import type { Stopping } from '../../person/stopping.ts';
import { check } from '../look/check.ts';
import type { Streams } from '../streams.ts';
import type { TargetOptions } from '../target.ts';
import { fixCommand } from './fix.ts';

/** A folder of evidence can only be looked at; a server is looked at and mended. */
export async function session(options: TargetOptions, streams: Streams, stopping: Stopping): Promise<RunOutcome> {
  if (options.from !== undefined) return check(options, streams);
  if (!canAsk(streams)) streams.err('There is no terminal to ask at: this only shows what would be done.\n');
  return fixCommand(options, streams, stopping);
}
