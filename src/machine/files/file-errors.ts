// What an error code of node:fs means here. Pure, so that the codes of Windows are tested on any system.

import type { ReadResult, WriteResult } from '../machine.ts';

/** What was tried. */
export type Operation = 'write' | 'rename' | 'remove' | 'make-folder';

/** As much of an error as decides: the code, and the words where no code is known. */
export interface CodedError {
  readonly code?: string | undefined;
  readonly message: string;
}

/** Codes that never mean "it is there, and something went wrong". */
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);
/** libuv gives EPERM for ERROR_ACCESS_DENIED, and EACCES for its kin. */
const DENIED = new Set(['EACCES', 'EPERM']);
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** What a failed read or listing was. A file that is held without sharing cannot be read: EBUSY. */
export function readFailure(error: CodedError): Exclude<ReadResult, { result: 'ok' }> {
  const code = error.code ?? '';
  if (ABSENT.has(code)) return { result: 'absent' };
  if (DENIED.has(code)) return { result: 'denied', detail: `access is denied (${code})` };
  if (code === 'EBUSY') return { result: 'failed', detail: 'another process holds it (EBUSY)' };
  if (code === 'EISDIR') return { result: 'failed', detail: 'it is a folder (EISDIR)' };
  return { result: 'failed', detail: code || error.message };
}

/**
 * What a failed change was. Windows refuses to rename over a file that anybody has open, whatever sharing was allowed,
 * and says "access denied" (EPERM) for it; other operations on a held file are a sharing violation (EBUSY).
 */
export function writeFailure(operation: Operation, error: CodedError, platform: NodeJS.Platform): WriteResult {
  const code = error.code ?? '';
  if (code === 'EBUSY') return { result: 'held', detail: 'another process has it open (EBUSY)' };
  if (DENIED.has(code) && platform === 'win32' && operation === 'rename') {
    return { result: 'held', detail: `another process has it open, or access is denied (${code})` };
  }
  if (DENIED.has(code) || code === 'EROFS') return { result: 'denied', detail: `access is denied (${code})` };
  if (FULL.has(code)) return { result: 'full', detail: `the disk is full (${code})` };
  if (ABSENT.has(code)) return { result: 'absent', detail: `the file or its folder is not there (${code})` };
  if (code === 'EEXIST') return { result: 'failed', detail: 'there is one already (EEXIST)' };
  if (code === 'ENOTEMPTY') return { result: 'failed', detail: 'the folder is not empty (ENOTEMPTY)' };
  if (code === 'EXDEV') return { result: 'other-volume', detail: 'it lies on another volume (EXDEV)' };
  return { result: 'failed', detail: code || error.message };
}
