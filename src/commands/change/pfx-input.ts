// The PFX that a person gives: opened and checked before anything is planned. Its password stays in memory.

import { LARGEST_PFX, type OpenedPfx, openPfx, type Pfx } from '../../formats/pfx/pfx.ts';
import { readLocalFile, readSecretFile } from '../../machine/files/local-files.ts';
import { UserError } from '../../model/user-error.ts';
import type { Person } from '../../person/person.ts';

/** An opened PFX and the name it was given by. */
export interface GivenPfx {
  readonly file: string;
  readonly opened: Pfx;
}

const TRIES = 3;

/**
 * Opens the file with the password from `passwordFile` (`-`: stdin), else asks for it, three times at the most. `say`
 * tells that checking a password takes its time.
 */
export async function openGivenPfx(
  file: string,
  passwordFile: string | undefined,
  person: Person | undefined,
  say: (line: string) => void,
): Promise<GivenPfx> {
  const bytes = await pfxBytes(file);
  let said = false;
  const slow = () => {
    if (!said) say(`Checking the password of ${file}: it takes this file many rounds, and so up to a minute.\n`);
    said = true;
  };
  if (passwordFile !== undefined) return opened(file, await openPfx(bytes, await passwordFrom(passwordFile), slow));
  const bare = await openPfx(bytes, '', slow);
  if (bare.ok || bare.error.problem !== 'wrong-password') return opened(file, bare);
  if (person === undefined) {
    throw new UserError(
      `${file} has a password`,
      'Give it with --pfx-password-file FILE (- for stdin), or run this in a terminal',
      'needs-person',
    );
  }
  return askAndOpen(file, bytes, person, slow);
}

async function askAndOpen(file: string, bytes: Uint8Array, person: Person, slow: () => void): Promise<GivenPfx> {
  for (let tries = 1; ; tries += 1) {
    const password = await person.secret(
      tries === 1 ? `Password of ${file}` : 'That password does not open it. Password',
    );
    if (!password.ok)
      throw new UserError('no password was given; nothing was changed', 'Try again with it', 'needs-person');
    const result = await openPfx(bytes, password.value, slow);
    if (result.ok || result.error.problem !== 'wrong-password' || tries === TRIES) return opened(file, result);
  }
}

function opened(file: string, result: OpenedPfx): GivenPfx {
  if (!result.ok)
    throw new UserError(
      `${file} cannot be used: ${result.error.message}; nothing was changed`,
      result.error.problem === 'wrong-password'
        ? 'Try again with the right one'
        : 'Export it again, with its private key',
    );
  return { file, opened: result.value };
}

async function pfxBytes(file: string): Promise<Uint8Array> {
  const read = await readLocalFile(file, LARGEST_PFX);
  if (read.result === 'absent') throw new UserError(`there is no file ${file}`, 'Name a PFX file that is there');
  if (read.result !== 'ok')
    throw new UserError(`${file} cannot be read: ${read.detail}`, 'Name a file that you may read');
  return read.bytes;
}

async function passwordFrom(file: string): Promise<string> {
  const read = await readSecretFile(file);
  if (read.result !== 'ok')
    throw new UserError(
      `the password cannot be read from ${file === '-' ? 'stdin' : file}`,
      'Put it on the first line there',
    );
  return read.secret;
}
