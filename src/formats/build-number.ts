// The build of Windows from `reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentBuildNumber`.

import { malformed, type Parsed, parsed } from '../model/parsed.ts';
import { consoleText } from './console-text.ts';

/** For example 17763. */
export function readBuildNumber(bytes: Uint8Array): Parsed<number> {
  const found = /CurrentBuildNumber[ \t]+REG_SZ[ \t]+(\d{1,9})[ \t]*$/im.exec(consoleText(bytes));
  return found === null ? malformed('no CurrentBuildNumber in it') : parsed(Number(found[1]));
}
