// What `reg query` prints of one key or value, in any language: everything is found by its shape.

import { fail, ok, type Result } from '../../model/result.ts';
import { consoleText } from '../console/console-text.ts';
import { keyOf } from './reg-file.ts';

/** The build number, for example 17763, found by its shape: words around it may be in any language. */
export function readBuildNumber(bytes: Uint8Array): Result<number> {
  const found = /CurrentBuildNumber[ \t]+REG_SZ[ \t]+(\d{1,6})\b/i.exec(consoleText(bytes));
  return found?.[1] === undefined ? fail('no build number in it') : ok(Number(found[1]));
}

/** The GUID in lower case without braces, found by its shape: words around it may be in any language. */
export function readMachineGuid(bytes: Uint8Array): Result<string> {
  const found = /MachineGuid[ \t]+REG_SZ[ \t]+\{?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\b/i.exec(
    consoleText(bytes),
  );
  return found?.[1] === undefined ? fail('no MachineGuid in it') : ok(found[1].toLowerCase());
}

/** The NetBIOS name as registered; letters outside ASCII are lost where the code page loses them. */
export const readComputerName = (bytes: Uint8Array): Result<string> => readName(bytes, 'ComputerName', 63);

/** The primary DNS suffix; malformed where the computer has none. */
export const readDnsDomain = (bytes: Uint8Array): Result<string> => readName(bytes, 'Domain', 255);

/** `ServerStandard`, `ServerDatacenterCor`, `Professional`: the EditionID that Windows gives itself. */
export const readEdition = (bytes: Uint8Array): Result<string> => readName(bytes, 'EditionID', 63);

function readName(bytes: Uint8Array, value: string, most: number): Result<string> {
  const line = new RegExp(`^[ \\t]+${value}[ \\t]+REG_SZ[ \\t]+(\\S{1,${most}})[ \\t]*\\r?$`, 'im');
  const name = line.exec(consoleText(bytes))?.[1];
  return name === undefined ? fail(`no ${value} in it`) : ok(name);
}

/** The number of that name; undefined where none is printed. */
export function readRegNumber(bytes: Uint8Array, name: string): number | undefined {
  const line = /^[ \t]+(\S+)[ \t]+REG_DWORD[ \t]+0x([0-9a-f]{1,8})[ \t]*\r?$/gim;
  const found = [...consoleText(bytes).matchAll(line)].find((each) => each[1]?.toLowerCase() === name.toLowerCase());
  return found?.[2] === undefined ? undefined : Number.parseInt(found[2], 16);
}

/** The text as it stands there, variables and all; undefined where no such string is printed. */
export function readRegString(bytes: Uint8Array, name: string): string | undefined {
  const line = /^[ \t]+(\S+)[ \t]+REG_(?:EXPAND_)?SZ[ \t]+(\S.*?)\s*$/gm;
  const found = [...consoleText(bytes).matchAll(line)].find((each) => each[1]?.toLowerCase() === name.toLowerCase());
  return found?.[2];
}

/**
 * Lower-case names of the direct subkeys, each of which stands on a line of its own with its full path, in no language.
 * A key whose list names none is malformed: that is what an answer that was cut off looks like.
 */
export function readSubkeys(bytes: Uint8Array, key: string): Result<ReadonlySet<string>> {
  const prefix = `${keyOf(key)}\\`;
  const names = consoleText(bytes)
    .split(/\r?\n/)
    .map((line) => line.trimEnd().toLowerCase())
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length))
    .filter((name) => name !== '' && !name.includes('\\'));
  return names.length === 0 ? fail(`no list of what is in ${key}`) : ok(new Set(names));
}

/** The names of the values that are proofs: 64 hex digits, in lower case. Words around them may be in any language. */
export const readProofs = (bytes: Uint8Array): ReadonlySet<string> =>
  new Set([...consoleText(bytes).matchAll(/^[ \t]+([0-9a-f]{64})[ \t]+REG_SZ[ \t]/gm)].map(([, proof = '']) => proof));
