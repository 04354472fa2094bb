// The file half of a Machine on node:fs: for this server, and for any machine whose disk is a folder of this computer.

import { lstat, mkdir, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import type { ListResult, Machine, WriteResult } from '../machine.ts';
import { type Operation, readFailure, writeFailure } from './file-errors.ts';
import { readRegularFile } from './read-file.ts';

/** The functions of a Machine that touch files. */
export type FileSystem = Pick<Machine, 'read' | 'list' | 'write' | 'rename' | 'remove' | 'makeFolder'>;

/** `toHostPath` turns a path as the Machine is given it into one that node:fs opens on this computer. */
export function fileSystem(toHostPath: (path: string) => string): FileSystem {
  return {
    read: (path, most) => readRegularFile(toHostPath(path), most),
    list: (path) => listFolder(toHostPath(path)),
    write: (path, bytes, { exclusive = false } = {}) =>
      outcome('write', () => writeFlushed(toHostPath(path), bytes, exclusive ? 'wx' : 'w')),
    rename: (from, to) => outcome('rename', () => rename(toHostPath(from), toHostPath(to))),
    remove: (path) => outcome('remove', () => removeOne(toHostPath(path))),
    makeFolder: (path) => outcome('make-folder', () => mkdir(toHostPath(path), { recursive: true })),
  };
}

/** Links and devices are neither files nor folders: nothing of Windows that we read is one. */
async function listFolder(path: string): Promise<ListResult> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const others = entries.filter((entry) => !entry.isFile() && !entry.isDirectory()).map(({ name }) => name);
    return { result: 'ok', files: files.sort(), folders: folders.sort(), ...(others.length > 0 && { others }) };
  } catch (error) {
    return readFailure(error as NodeJS.ErrnoException);
  }
}

/** The bytes are on the disk, not only in a cache, before anybody renames the file over another. */
async function writeFlushed(path: string, bytes: Uint8Array, flag: 'w' | 'wx'): Promise<void> {
  const file = await open(path, flag);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function removeOne(path: string): Promise<void> {
  try {
    const isFolder = (await lstat(path)).isDirectory();
    await (isFolder ? rmdir(path) : unlink(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function outcome(operation: Operation, act: () => Promise<unknown>): Promise<WriteResult> {
  try {
    await act();
    return { result: 'ok' };
  } catch (error) {
    return writeFailure(operation, error as NodeJS.ErrnoException, process.platform);
  }
}
