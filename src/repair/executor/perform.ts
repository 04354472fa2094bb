// Performs one action on the machine. The only code that changes a server. What reads PFX files and XML anew is loaded only
// where it is needed: a check looks for runs that were cut off, and would pay for node-forge (600 kB) and two XML parsers.

import { digest } from '../../chain/memory/fingerprint.ts';
import { readApplicationHost } from '../../formats/iis/application-host.ts';
import { encodeText } from '../../formats/iis/metadata-edit.ts';
import type { Pfx } from '../../formats/pfx/pfx.ts';
import { storeEntryRegFile } from '../../formats/registry/reg-writing.ts';
import { decodeText } from '../../formats/xml/text.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Command, Secret, Secrets } from '../../model/repair/command.ts';
import type { Action } from '../../model/repair/plan.ts';
import { failureCode, showCode } from '../../windows-commands/failure-code.ts';
import { DONE, failed, type Performed, replaceFile, stale } from './replace-file.ts';

/** What performing needs beside the action: the machine, and what must never be written down. */
export interface PerformContext {
  readonly machine: Machine;
  readonly secrets: Secrets;
  /** A person's PFX, opened before anything was planned. */
  readonly pfx?: Pfx;
}

/** Performs the action. Never throws for what a server may do. */
export async function perform(action: Action, context: PerformContext): Promise<Performed> {
  const { machine } = context;
  switch (action.kind) {
    case 'run':
      if (action.first !== undefined) await runCommand(action.first, context);
      return action.patient ? runPatiently(action.command, context) : runCommand(action.command, context);
    case 'make-private-folder':
      return makePrivateFolder(action, context);
    case 'copy-file':
      return copyFile(action, machine);
    case 'edit-file':
      return editFile(action, machine);
    case 'restore-file':
      return restoreFile(action, machine);
    case 'remove-file':
      return written(await machine.remove(action.path), action.path);
    case 'write-file':
      return writeFile(action.path, Buffer.from(action.bytes, 'base64'), machine);
    case 'check-pfx':
      return checkPfx(action, context);
    case 'write-pfx':
      return writePfx(action, context);
    case 'keep-store-entry':
      return keepStoreEntry(action, machine);
    case 'restore-store-entry':
      return restoreStoreEntry(action, context);
  }
}

const written = (result: { readonly result: string; readonly detail?: string }, path: string): Performed =>
  result.result === 'ok' ? DONE : failed(`${path}: ${result.detail ?? result.result}`);

/** An exit code of 0 is taken for nothing more than that; netsh ends with it even where it has done nothing. */
async function runCommand(command: Command, { machine, secrets }: PerformContext): Promise<Performed> {
  const ran = await machine.run(command, secrets);
  if (!ran.started)
    return failed(
      `${command.program} ${ran.why === 'timeout' ? 'did not end' : 'could not be started'}: ${ran.detail}`,
    );
  const code = failureCode(ran);
  return code === undefined ? DONE : failed(`${command.program} ended with ${showCode(code)}`, code);
}

/** Pauses between tries, in milliseconds: 16 seconds in all, as long as a fresh CNG key has been seen to take. */
const KEY_PATIENCE = [300, 750, 1500, 3000, 5000, 5250];

/** What no waiting mends: the record exists, there is none, the disk is full. Everything else may be a key that is not ready yet. */
const FINAL_CODES = [2, 112, 183];

/** Judged by the code alone, never by words: without a number netsh has only said that a parameter is incorrect. */
async function runPatiently(command: Command, context: PerformContext): Promise<Performed> {
  for (const pause of KEY_PATIENCE) {
    const tried = await runCommand(command, context);
    if (tried.ok || tried.error.code === undefined || FINAL_CODES.includes(tried.error.code)) return tried;
    await context.machine.sleep(pause);
  }
  return runCommand(command, context);
}

async function makePrivateFolder(
  action: Extract<Action, { kind: 'make-private-folder' }>,
  context: PerformContext,
): Promise<Performed> {
  const { machine } = context;
  const made = written(await machine.makeFolder(action.path), action.path);
  const closed = made.ok ? await runCommand(action.command, context) : made;
  if (!closed.ok) return closed;
  // What a run that died has left holds a key, and a transfer file is never written over another one.
  const list = await machine.list(action.path);
  for (const name of list.result === 'ok' ? list.files.filter((file) => file.endsWith('.pfx')) : []) {
    const removed = written(await machine.remove(`${action.path}\\${name}`), `${action.path}\\${name}`);
    if (!removed.ok) return removed;
  }
  return closed;
}

/** The copy is the first step of an edit: what is not well-formed is refused here, before anything is written. */
async function copyFile(
  { from, to, sha256 }: Extract<Action, { kind: 'copy-file' }>,
  machine: Machine,
): Promise<Performed> {
  const original = await machine.read(from);
  if (original.result !== 'ok') return failed(`${from} cannot be read`);
  if (digest(original.bytes) !== sha256) return stale(`${from} was written by somebody else in the meantime`);
  const text = decodeText(original.bytes);
  const { judgeXml } = await import('../../formats/xml/strict.ts');
  const judged = text.ok ? judgeXml(text.value) : text;
  if (!judged.ok) return failed(`${from}: ${judged.error}`);
  const folder = await machine.makeFolder(to.slice(0, to.lastIndexOf('\\')));
  if (folder.result !== 'ok') return failed(`${to}: ${folder.detail}`);
  return written(await machine.write(to, original.bytes), to);
}

async function editFile(action: Extract<Action, { kind: 'edit-file' }>, machine: Machine): Promise<Performed> {
  const original = await machine.read(action.path);
  if (original.result !== 'ok') return failed(`${action.path} cannot be read`);
  if (digest(original.bytes) !== action.expect) {
    return stale(`${action.path} was written by somebody else in the meantime`);
  }
  const config = readApplicationHost(original.bytes, action.path);
  if (!config.ok) return failed(`${action.path}: ${config.error}`);
  const { applyProved } = await import('../../formats/iis/second-reading.ts');
  const text = applyProved(config.value, action.edits);
  if (!text.ok) return failed(`the edited configuration would be wrong: ${text.error}`);
  const edited = encodeText(text.value);
  if (digest(edited) !== action.result) return failed('the edit does not give the planned result');
  return replaceFile(machine, action.path, action.expect, edited);
}

async function restoreFile(action: Extract<Action, { kind: 'restore-file' }>, machine: Machine): Promise<Performed> {
  const kept = await machine.read(action.from);
  if (kept.result !== 'ok') return failed(`the copy ${action.from} cannot be read`);
  if (digest(kept.bytes) !== action.result) return failed(`the copy ${action.from} has changed`);
  return replaceFile(machine, action.path, action.expect, kept.bytes);
}

function secretOf({ secret }: Secret, secrets: Secrets): string {
  const value = secrets.get(secret);
  if (value === undefined) throw new Error('a secret that a plan names has no value');
  return value;
}

/** The key must belong to its certificate, and the certificate must be the bound one, before anything is deleted. */
async function checkPfx(
  action: Extract<Action, { kind: 'check-pfx' }>,
  { machine, secrets }: PerformContext,
): Promise<Performed> {
  const file = await machine.read(action.path);
  if (file.result !== 'ok') return failed('the transfer file cannot be read');
  const { openPfx } = await import('../../formats/pfx/pfx.ts');
  const opened = await openPfx(file.bytes, secretOf(action.password, secrets));
  if (!opened.ok) return failed(`the transfer file cannot be used: ${opened.error.message}`);
  if (opened.value.thumbprint !== action.thumbprint)
    return failed(`the transfer file holds another certificate: ${opened.value.thumbprint}`);
  return DONE;
}

async function writePfx(
  action: Extract<Action, { kind: 'write-pfx' }>,
  { machine, secrets, pfx }: PerformContext,
): Promise<Performed> {
  if (pfx === undefined) return failed(`${action.source} has to be opened again: its password is never kept`);
  if (pfx.thumbprint !== action.thumbprint)
    return failed(`${action.source} holds another certificate: ${pfx.thumbprint}`);
  const { wrapPfx } = await import('../../formats/pfx/wrap.ts');
  const bytes = wrapPfx({ key: pfx.key, certificate: pfx.certificate, chain: [] }, secretOf(action.password, secrets));
  return written(await machine.write(action.to, bytes, { exclusive: true }), action.to);
}

/** The registry holds the entry as its exact bytes; certutil would make a new one, with other properties. */
async function restoreStoreEntry(
  action: Extract<Action, { kind: 'restore-store-entry' }>,
  context: PerformContext,
): Promise<Performed> {
  const kept = await context.machine.read(action.file);
  const isWhole = kept.result === 'ok' && digest(kept.bytes) === digest(regFileOf(action));
  const file = isWhole ? DONE : await keepStoreEntry(action, context.machine);
  return file.ok ? runCommand(action.command, context) : file;
}

type StoreEntry = { readonly store: string; readonly thumbprint: string; readonly blob: string; readonly file: string };

const regFileOf = ({ store, thumbprint, blob }: StoreEntry): Uint8Array =>
  storeEntryRegFile(store, thumbprint, Buffer.from(blob, 'base64'));

const keepStoreEntry = (entry: StoreEntry, machine: Machine): Promise<Performed> =>
  writeFile(entry.file, regFileOf(entry), machine);

async function writeFile(path: string, bytes: Uint8Array, machine: Machine): Promise<Performed> {
  const folder = await machine.makeFolder(path.slice(0, path.lastIndexOf('\\')));
  if (folder.result !== 'ok') return failed(`${path}: ${folder.detail}`);
  return written(await machine.write(path, bytes), path);
}
