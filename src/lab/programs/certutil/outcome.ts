// How a certutil verb ends: what it printed, and the HRESULT it failed with.

import { DiskError } from '../../disk/disk.ts';
import { type ProgramResult, printed } from '../../program.ts';
import type { LabFacts } from '../../server.ts';
import { answerOf } from '../../unknowns.ts';

/** Lines before the last ones, and the failure if it failed; `hangs` when it would ask for a password. */
export type Outcome = { readonly lines: readonly string[]; readonly failed?: number } | 'hangs';

export const NTE_NOT_FOUND = 0x80090011;
export const NTE_BAD_KEYSET = 0x80090016;
export const NTE_BAD_KEY_STATE = 0x8009000b;
export const NTE_NOT_SUPPORTED = 0x80090029;
export const CRYPT_E_NOT_FOUND = 0x80092004;
export const CRYPT_E_EXISTS = 0x80092005;
export const CRYPT_E_SELF_SIGNED = 0x80092007;
export const E_ACCESSDENIED = 0x80070005;
export const E_INVALIDARG = 0x80070057;
export const FILE_NOT_FOUND = 0x80070002;
const PATH_NOT_FOUND = 0x80070003;
export const INVALID_DATA = 0x8007000d;
const SHARING_VIOLATION = 0x80070020;
export const FILE_EXISTS = 0x80070050;
export const INVALID_PASSWORD = 0x80070056;
const DISK_FULL = 0x80070070;

/** What stands in the parentheses after the code, and the system's words for it. */
const NAMES: Readonly<Record<number, readonly [inside: string, words: string]>> = {
  2148073483: ['-2146893813 NTE_BAD_KEY_STATE', 'Key not valid for use in specified state.'],
  2148073488: ['-2146893808 NTE_PERM', 'Access denied.'],
  [NTE_NOT_FOUND]: ['-2146893807 NTE_NOT_FOUND', 'Object was not found.'],
  [NTE_BAD_KEYSET]: ['-2146893802 NTE_BAD_KEYSET', 'Keyset does not exist'],
  [NTE_NOT_SUPPORTED]: ['-2146893783 NTE_NOT_SUPPORTED', 'The requested operation is not supported.'],
  [CRYPT_E_NOT_FOUND]: ['-2146885628 CRYPT_E_NOT_FOUND', 'Cannot find object or property.'],
  [CRYPT_E_EXISTS]: ['-2146885627 CRYPT_E_EXISTS', 'The object or property already exists.'],
  [CRYPT_E_SELF_SIGNED]: ['-2146885625 CRYPT_E_SELF_SIGNED', 'The specified certificate is self signed.'],
  [E_ACCESSDENIED]: ['E_ACCESSDENIED', 'Access is denied.'],
  [E_INVALIDARG]: ['WIN32: 87 ERROR_INVALID_PARAMETER', 'The parameter is incorrect.'],
  [FILE_NOT_FOUND]: ['WIN32: 2 ERROR_FILE_NOT_FOUND', 'The system cannot find the file specified.'],
  [PATH_NOT_FOUND]: ['WIN32: 3 ERROR_PATH_NOT_FOUND', 'The system cannot find the path specified.'],
  [INVALID_DATA]: ['WIN32: 13 ERROR_INVALID_DATA', 'The data is invalid.'],
  [SHARING_VIOLATION]: [
    'WIN32: 32 ERROR_SHARING_VIOLATION',
    'The process cannot access the file because it is being used by another process.',
  ],
  [FILE_EXISTS]: ['WIN32: 80 ERROR_FILE_EXISTS', 'The file exists.'],
  [INVALID_PASSWORD]: ['WIN32: 86 ERROR_INVALID_PASSWORD', 'The specified network password is not correct.'],
  [DISK_FULL]: ['WIN32: 112 ERROR_DISK_FULL', 'There is not enough space on the disk.'],
};

/** The whole output with its last lines. The exit code is the HRESULT, as a caller of the process sees it, or says no more than that it failed. */
export function ending(verb: string, outcome: Outcome, facts: Pick<LabFacts, 'unknowns'>): ProgramResult | 'hangs' {
  if (outcome === 'hangs') return 'hangs';
  const { lines, failed } = outcome;
  if (failed === undefined) return printed([...lines, `CertUtil: -${verb} command completed successfully.`]);
  const [inside, words] = NAMES[failed] ?? [String(failed | 0), ''];
  const code = `0x${failed.toString(16).padStart(8, '0')}`;
  const last = [`CertUtil: -${verb} command FAILED: ${code} (${inside})`, `CertUtil: ${words}`];
  const answer = answerOf(facts, 'certutil-exit-codes');
  return printed([...lines, ...last], answer === 'hresult' ? failed : answer === 'one' ? 1 : 0xffffffff);
}

/** The HRESULT for what the disk refused. */
export function diskFailure(error: unknown): number {
  if (!(error instanceof DiskError)) throw error;
  if (error.code === 'held') return SHARING_VIOLATION;
  if (error.code === 'full') return DISK_FULL;
  return error.code === 'absent' ? PATH_NOT_FOUND : E_ACCESSDENIED;
}
