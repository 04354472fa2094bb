// Files of the computer that we run on, which are not the server's: what a person names on the command line.
// Nothing here throws for what a file may do; every result says it.

import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListResult, ReadResult, WriteResult } from '../machine.ts';
import { type FirstLine, firstLine } from '../programs/first-line.ts';
import { fileSystem } from './file-system.ts';
import { MEGABYTE } from './read-file.ts';

/** By the paths of this computer itself. */
export const local = fileSystem((path) => path);

/** A whole file. */
export const readLocalFile = (path: string, most?: number): Promise<ReadResult> => local.read(path, most);

/** A password is one line. */
const MOST_OF_A_SECRET = MEGABYTE;

/** Writes a file and flushes it; text as UTF-8. The folder must exist. */
export function writeLocalFile(path: string, content: Uint8Array | string): Promise<WriteResult> {
  return local.write(path, typeof content === 'string' ? Buffer.from(content) : content);
}

/** Makes a folder and those above it. */
export const makeLocalFolder = (path: string): Promise<WriteResult> => local.makeFolder(path);

/**
 * Writes files below a new or empty folder, by path with `/` between its parts; stops at the first that cannot be written.
 * Every folder and file in it is a new one: what anybody put there meanwhile, a link too, is never written over or followed.
 */
export async function writeNewFiles(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<{ readonly path: string; readonly why: string } | undefined> {
  const top = await makeLocalFolder(folder);
  if (top.result !== 'ok') return { path: folder, why: top.detail };
  for (const name of foldersOf([...files.keys()])) {
    const path = join(folder, name);
    const why = await mkdir(path).then(undefined, (error: NodeJS.ErrnoException) => error.code ?? error.message);
    if (why !== undefined) return { path, why };
  }
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    const written = await local.write(path, bytes, { exclusive: true });
    if (written.result !== 'ok') return { path, why: written.detail };
  }
  return undefined;
}

/** Every folder that the files lie in, those above first. */
const foldersOf = (files: readonly string[]): readonly string[] => [
  ...new Set(files.flatMap((file) => [...file.matchAll(/\//g)].map(({ index }) => file.slice(0, index)))),
];

/** Names in a folder; links are in neither list. */
export const listLocalFolder = (path: string): Promise<ListResult> => local.list(path);

/** What lies at a path where a folder is wanted. A folder that may not be looked into counts as not empty. */
export async function localFolderState(path: string): Promise<'absent' | 'empty' | 'not-empty' | 'not-a-folder'> {
  try {
    return (await readdir(path)).length === 0 ? 'empty' : 'not-empty';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return 'not-a-folder';
    if (code !== 'ENOENT') return 'not-empty';
    // A link to nowhere is there, and no folder can be made in its place.
    return (await lstat(path).catch(() => undefined)) === undefined ? 'absent' : 'not-a-folder';
  }
}

/** Everything on stdin, up to its end or its limit; empty when it is closed. */
export async function readStandardInput(stdin: AsyncIterable<Uint8Array> = process.stdin): Promise<ReadResult> {
  try {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of stdin) {
      parts.push(Buffer.from(part));
      size += part.length;
      if (size > MOST_OF_A_SECRET) return { result: 'failed', detail: 'it is larger than 1 MB' };
    }
    return { result: 'ok', bytes: Buffer.concat(parts) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { result: 'failed', detail: code ?? message };
  }
}

/** The secret in the first line of a file, or of stdin for `-`. No result ever holds a part of another line. */
export async function readSecretFile(path: string): Promise<FirstLine | Exclude<ReadResult, { result: 'ok' }>> {
  const read = path === '-' ? await readStandardInput() : await readLocalFile(path, MOST_OF_A_SECRET);
  return read.result === 'ok' ? firstLine(read.bytes) : read;
}
