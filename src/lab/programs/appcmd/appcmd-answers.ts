// How appcmd answers: everything on stdout, errors as `ERROR ( ... )`.

import { type ProgramResult, printed } from '../../program.ts';

/** An error of appcmd's own: `ERROR ( message:... )`. Codes seen: 87 wrong arguments, 183, 1168 no such object, 4312. */
export const failed = (message: string, exitCode: number): ProgramResult =>
  printed([`ERROR ( message:${message} )`], exitCode);

/** An error of the system, with its code in the text: `ERROR ( hresult:80070020, message:...`, on several lines. */
export function failedWith(hresult: number, doing: string, message: string): ProgramResult {
  const win32 = hresult >>> 16 === 0x8007;
  const lines = [`ERROR ( hresult:${hresult.toString(16)}, message:${doing}  `, message, ' )'];
  return printed(lines, win32 ? hresult & 0xffff : hresult);
}

/** An object that is named and not there. */
export const cannotFind = (kind: string, identifier: string): ProgramResult =>
  failed(`Cannot find ${kind} object with identifier "${identifier}".`, 1168);

/** An object that had to be named. */
export const mustName = (kind: string): ProgramResult => failed(`Must specify the ${kind} object with identifier.`, 87);
