// collect: an evidence folder, a script that makes one where Node cannot run, and the last cleaning before it is mailed.

import { type UnreadPart, unreadParts } from '../../evidence/missing.ts';
import { evidenceFiles } from '../../evidence/readers/evidence-files.ts';
import { localFolderState, writeLocalFile, writeNewFiles } from '../../machine/files/local-files.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { UserError } from '../../model/user-error.ts';
import { printable } from '../../report/terminal/layout.ts';
import { whileLooking } from '../looking.ts';
import type { Streams } from '../streams.ts';
import { openTarget, type TargetOptions } from '../target.ts';

/** The flags of collect; exactly one of the first three. */
export interface CollectOptions extends TargetOptions {
  readonly out?: string;
  readonly script?: string;
  readonly redact?: string;
}

/** Does what the one flag says. 4 where a part that every verdict needs was not read; what was read is written. */
export async function collectCommand(options: CollectOptions, streams: Streams): Promise<RunOutcome | undefined> {
  const { out, script, redact } = options;
  if ([out, script, redact].filter((flag) => flag !== undefined).length !== 1)
    throw new UserError('collect does one of three things', 'Say which: --out DIR, --script FILE.cmd or --redact DIR');
  if (out !== undefined) return collectTo(out, options, streams);
  if (script !== undefined) return writeScript(script, streams);
  const { redactFolder } = await import('./redact-folder.ts');
  return redactFolder(redact ?? '', streams);
}

async function collectTo(folder: string, options: TargetOptions, streams: Streams): Promise<RunOutcome | undefined> {
  const state = await localFolderState(folder);
  if (state === 'not-empty')
    throw new UserError(`${folder} is not empty`, 'Name a new folder: evidence needs one of its own');
  if (state === 'not-a-folder')
    throw new UserError(`${folder} is not a folder`, 'Name a new folder: evidence needs one of its own');
  const target = await openTarget(options);
  const { files, evidence } = await whileLooking(streams, (look) => evidenceFiles(target.reader, look));
  const unread = unreadParts(evidence);
  const stopped = await writeNewFiles(folder, files);
  if (stopped !== undefined)
    throw new UserError(`${stopped.path} cannot be written: ${stopped.why}`, 'Name a new folder where you may write');
  streams.err(spoken(folder, unread));
  return unread.some(({ required }) => required) ? 'unknown' : undefined;
}

function spoken(folder: string, unread: readonly UnreadPart[]): string {
  const missing = unread.map(({ what, why, required }) => `${required ? 'NOT READ' : 'not read'}: ${what}: ${why}`);
  return `${missing.map((line) => `${printable(line)}\n`).join('')}The evidence lies in ${folder}. No private key is in it; passwords are overwritten.\n`;
}

async function writeScript(file: string, streams: Streams): Promise<undefined> {
  const { collectScript } = await import('../../cmd-scripts/collect/script.ts');
  const written = await writeLocalFile(file, collectScript());
  if (written.result !== 'ok')
    throw new UserError(`${file} cannot be written: ${written.detail}`, 'Name a new file where you may write');
  streams.err(`Run ${file} on the server as an administrator; it makes a folder beside itself.\n`);
}
