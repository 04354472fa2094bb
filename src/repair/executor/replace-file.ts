// Puts new bytes in place of a file at once, or not at all: the server never sees half a configuration.

import { digest } from '../../chain/memory/fingerprint.ts';
import { readIcaclsSave } from '../../formats/acl/icacls-save.ts';
import { keepsAccess } from '../../formats/acl/kept-access.ts';
import type { Machine } from '../../machine/machine.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import { permissionsFile, replacementFile } from '../../model/server/places.ts';
import { restoreAcls, saveAcl } from '../../windows-commands/icacls.ts';

/** `stale`: the file is not the one that the plan was made for; nothing was changed. `code`: what the program ended with. */
interface Failure {
  readonly stale: boolean;
  readonly detail: string;
  readonly code?: number;
}

/** What came of an action, as far as the action itself can tell; the state is read back by whoever asked for it. */
export type Performed = Result<undefined, Failure>;

/** As far as is known. */
export const DONE: Performed = ok(undefined);

/** It was tried, and did not go well. */
export const failed = (detail: string, code?: number): Performed =>
  fail({ stale: false, detail, ...(code !== undefined && { code }) });

/** Nothing was tried. */
export const stale = (detail: string): Performed => fail({ stale: true, detail });

/** Pauses between tries while another process has the file open, in milliseconds: two seconds in all. */
const PATIENCE = [50, 100, 200, 400, 500, 750];

/**
 * Replaces `path`, which must still have the SHA-256 `expect`, by `bytes`. The new file is written beside the old one
 * (so that it inherits the same permissions), flushed, read back, and renamed over it; the old file is looked at again
 * at the last moment, since IIS or a person may have written in between.
 */
export async function replaceFile(
  machine: Machine,
  path: string,
  expect: string,
  bytes: Uint8Array,
): Promise<Performed> {
  const before = await stillHas(machine, path, expect);
  if (!before.ok) return before;
  const temporary = replacementFile(path);
  const replaced = await throughTemporary(machine, path, expect, bytes, temporary);
  if (!replaced.ok) await machine.remove(temporary);
  return replaced;
}

async function throughTemporary(
  machine: Machine,
  path: string,
  expect: string,
  bytes: Uint8Array,
  temporary: string,
): Promise<Performed> {
  const written = await machine.write(temporary, bytes);
  if (written.result !== 'ok') return failed(`${temporary} cannot be written: ${written.detail}`);
  const copy = await machine.read(temporary);
  if (copy.result !== 'ok' || digest(copy.bytes) !== digest(bytes))
    return failed(`${temporary} does not hold what was written`);
  const permissions = await samePermissions(machine, path, temporary);
  if (permissions !== undefined) return failed(permissions);
  for (const pause of [...PATIENCE, undefined]) {
    const again = await stillHas(machine, path, expect);
    if (!again.ok) return again;
    const renamed = await machine.rename(temporary, path);
    if (renamed.result === 'ok') return verify(machine, path, bytes);
    if (renamed.result !== 'held' || pause === undefined)
      return failed(`${path} cannot be replaced: ${renamed.detail}`);
    await machine.sleep(pause);
  }
  return failed(`${path} is held by another process`);
}

/** The new file takes its own permissions along when it is renamed: it gets those of the old one, or nothing is done. */
async function samePermissions(machine: Machine, path: string, temporary: string): Promise<string | undefined> {
  const wanted = await permissionsOf(machine, path);
  if (wanted === undefined) return `the permissions of ${path} cannot be read`;
  const fresh = await permissionsOf(machine, temporary);
  if (fresh === wanted) return undefined;
  await givePermissions(machine, temporary, wanted);
  const now = await permissionsOf(machine, temporary);
  const isKept = now !== undefined && (now === wanted || keepsAccess(wanted, now, fresh ?? wanted));
  return isKept ? undefined : `the permissions of ${path} cannot be kept`;
}

/** icacls takes them from a file of the form that it saves: a name below the folder, then the list. */
async function givePermissions(machine: Machine, path: string, sddl: string): Promise<void> {
  const at = path.lastIndexOf('\\');
  const list = permissionsFile(path);
  await machine.write(list, Buffer.from(`${path.slice(at + 1)}\r\n${sddl}\r\n`, 'utf16le'));
  await machine.run(restoreAcls(path.slice(0, at), list));
  await machine.remove(list);
}

async function permissionsOf(machine: Machine, path: string): Promise<string | undefined> {
  const ran = await machine.run(saveAcl(path));
  const saved = ran.started && ran.output !== undefined ? readIcaclsSave(ran.output) : undefined;
  return saved?.ok ? [...saved.value.values()][0] : undefined;
}

async function stillHas(machine: Machine, path: string, expect: string): Promise<Performed> {
  const now = await machine.read(path);
  if (now.result === 'absent') return stale(`${path} does not exist any more`);
  if (now.result !== 'ok') return failed(`${path} cannot be read: ${now.detail}`);
  if (digest(now.bytes) === expect) return DONE;
  return stale(`${path} was written by somebody else in the meantime`);
}

async function verify(machine: Machine, path: string, bytes: Uint8Array): Promise<Performed> {
  const now = await machine.read(path);
  return now.result === 'ok' && digest(now.bytes) === digest(bytes)
    ? DONE
    : failed(`${path} does not hold what was written`);
}
