// collect --redact: overwrites the secrets in an evidence folder that a cmd script has made.

import { rowOf } from '../../evidence/sources/requests.ts';
import { redactSecrets } from '../../formats/iis/secret-attributes.ts';
import { listLocalFolder, localFolderState, readLocalFile, writeLocalFile } from '../../machine/files/local-files.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { UserError } from '../../model/user-error.ts';
import type { Streams } from '../streams.ts';

/** What no folder of configuration files has, and every folder of a script has one of. A web site may have a manifest.json. */
const MARKS = ['key-files.txt', 'machine-guid.txt', 'registry/http-parameters.reg', 'registry/store-MY.reg'];

/** Overwrites in place and lists what was overwritten, by name. A second run finds nothing. 4 where a file stays as it was. */
export async function redactFolder(folder: string, streams: Streams): Promise<RunOutcome | undefined> {
  await refuseOtherFolders(folder);
  let left = false;
  let blanked = 0;
  for (const path of await filesWithSecrets(folder)) {
    const done = await redactFile(path);
    if (!done.ok) {
      streams.err(`NOT CLEANED: ${path}: ${done.error}\n`);
      left = true;
    } else {
      for (const name of done.value) streams.out(`${path}: ${name}\n`);
      blanked += done.value.length;
    }
  }
  if (left) return 'unknown';
  streams.err(
    blanked === 0 ? 'There was nothing left to overwrite.\n' : 'Overwritten with *. The folder can be mailed.\n',
  );
  return undefined;
}

/** The passwords of a live server must never be overwritten by a slip of the hand. */
async function refuseOtherFolders(folder: string): Promise<void> {
  const state = await localFolderState(folder);
  if (state === 'absent')
    throw new UserError(`there is no folder ${folder}`, 'Name the folder that the script of collect has made');
  if (state === 'not-a-folder')
    throw new UserError(`${folder} is not a folder`, 'Name the folder that the script of collect has made');
  const read = await Promise.all(MARKS.map((mark) => readLocalFile(`${folder}/${mark}`)));
  if (read.every(({ result }) => result !== 'ok'))
    throw new UserError(
      `${folder} is no evidence folder: it has none of ${MARKS.join(', ')}`,
      'Name the folder that the script of collect has made',
    );
}

/** Those of the table as their rows say; and configuration that somebody has laid beside them, which has no row. */
async function filesWithSecrets(folder: string, below = ''): Promise<readonly string[]> {
  const list = await listLocalFolder(`${folder}${below}`);
  if (list.result !== 'ok')
    throw new UserError(`${folder}${below} cannot be listed`, 'Run this as somebody who may read it');
  const deeper = await Promise.all(list.folders.map((name) => filesWithSecrets(folder, `${below}/${name}`)));
  const here = list.files.map((name) => `${below}/${name}`).filter(hasSecrets);
  return [...here.map((path) => `${folder}${path}`), ...deeper.flat()];
}

function hasSecrets(path: string): boolean {
  const row = rowOf(path.slice(1));
  return row === undefined ? /\.config$/i.test(path) : row.secrets === 'xml-attributes';
}

async function redactFile(path: string): Promise<Result<readonly string[]>> {
  const read = await readLocalFile(path);
  if (read.result !== 'ok') return fail(read.result === 'absent' ? 'it is gone' : read.detail);
  const { bytes, names } = redactSecrets(read.bytes);
  if (names.length === 0) return ok(names);
  const written = await writeLocalFile(path, bytes);
  return written.result === 'ok' ? ok(names) : fail(written.detail);
}
