// The Windows build from `reg query "HKLM\...\Windows NT\CurrentVersion" /v CurrentBuildNumber`.

import { malformed, type Parsed, parsed } from '../../model/parsed.ts';
import { consoleText } from '../console/console-text.ts';

/** The build number, for example 17763, found by its shape: words around it may be in any language. */
export function readBuildNumber(bytes: Uint8Array): Parsed<number> {
  const found = /CurrentBuildNumber[ \t]+REG_SZ[ \t]+(\d{1,6})\b/i.exec(consoleText(bytes));
  return found?.[1] === undefined ? malformed('no build number in it') : parsed(Number(found[1]));
}
