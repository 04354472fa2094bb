// The machine's GUID from `reg query HKLM\SOFTWARE\Microsoft\Cryptography /v MachineGuid`.

import { malformed, type Parsed, parsed } from '../../model/parsed.ts';
import { consoleText } from '../console/console-text.ts';

/** The GUID in lower case without braces, found by its shape: words around it may be in any language. */
export function readMachineGuid(bytes: Uint8Array): Parsed<string> {
  const found = /MachineGuid[ \t]+REG_SZ[ \t]+\{?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\b/i.exec(
    consoleText(bytes),
  );
  return found?.[1] === undefined ? malformed('no MachineGuid in it') : parsed(found[1].toLowerCase());
}
