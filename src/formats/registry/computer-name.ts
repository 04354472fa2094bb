// What the computer is called, from `reg query` of one value below HKLM\SYSTEM\CurrentControlSet.

import { malformed, type Parsed, parsed } from '../../model/parsed.ts';
import { consoleText } from '../console/console-text.ts';

/** The NetBIOS name as registered; letters outside ASCII are lost where the code page loses them. */
export const readComputerName = (bytes: Uint8Array): Parsed<string> => readName(bytes, 'ComputerName', 63);

/** The primary DNS suffix; malformed where the computer has none. */
export const readDnsDomain = (bytes: Uint8Array): Parsed<string> => readName(bytes, 'Domain', 255);

function readName(bytes: Uint8Array, value: string, most: number): Parsed<string> {
  const line = new RegExp(`^[ \\t]+${value}[ \\t]+REG_SZ[ \\t]+(\\S{1,${most}})[ \\t]*\\r?$`, 'im');
  const name = line.exec(consoleText(bytes))?.[1];
  return name === undefined ? malformed(`no ${value} in it`) : parsed(name);
}
