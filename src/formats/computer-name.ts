// The computer's NetBIOS name, from `reg query` of its key below HKLM\SYSTEM\CurrentControlSet\Control.

import { malformed, type Parsed, parsed } from '../model/parsed.ts';
import { consoleText } from './console-text.ts';

/** The name as registered; letters outside ASCII are lost where the code page loses them. */
export function readComputerName(bytes: Uint8Array): Parsed<string> {
  const name = /^[ \t]+ComputerName[ \t]+REG_SZ[ \t]+(\S{1,63})[ \t]*\r?$/im.exec(consoleText(bytes))?.[1];
  return name === undefined ? malformed('no ComputerName in it') : parsed(name);
}
