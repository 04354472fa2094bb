// Names of key container files: `<32 hex digits>_<MachineGuid>`, in the directories of "Key Storage and Retrieval"
// (Microsoft, SecCNG). The same document says that CNG hashes the Unicode container name and CryptoAPI the ANSI one;
// the exact form was recomputed from published pairs of names and files.

import { hash } from 'node:crypto';
import type { KeyProvider } from '../../model/server/certificate.ts';

/** The digits under which a key's file may lie, best first. */
export interface KeyFileNames {
  readonly capi: readonly string[];
  readonly cng: readonly string[];
  /** False for a name outside ASCII: its CryptoAPI hash depends on the ANSI code page, which is not known here. */
  readonly certain: boolean;
}

/** Whose keys a directory holds. */
export type KeyDirectoryKind = 'machine' | 'system' | 'service' | 'user' | 'other';

/** A key file's full path taken apart. */
export interface KeyFileParts {
  /** 32 hex digits, lower case. */
  readonly digits: string;
  /** Machine GUID of the machine that made the key, lower case, without braces. */
  readonly guid: string;
  readonly directoryKind: KeyDirectoryKind;
  readonly storage: 'capi' | 'cng';
  /** The SID that names the directory of a CryptoAPI user keyset. */
  readonly sid?: string;
  /** The profile directory above `AppData`, as written. */
  readonly profilePath?: string;
}

/** Enrolment sometimes stores the file name itself as the container name. */
const LITERAL = /^([0-9a-f]{32})_[0-9a-f-]{36}$/i;

/** Type 0 is CNG, whose provider falls back to the CryptoAPI container, so it has names of both kinds. */
export function keyFileNames(key: Pick<KeyProvider, 'container' | 'type'>): KeyFileNames {
  const literal = LITERAL.exec(key.container)?.[1]?.toLowerCase();
  const first = literal === undefined ? [] : [literal];
  const name = `${key.container.toLowerCase()}\0`;
  const certain = !/[^\0-\x7f]/.test(name);
  const capi = [...first, containerHash(certain ? name : Buffer.from(ansi(name), 'latin1'))];
  const cng = key.type === 0 ? [...first, containerHash(Buffer.from(name, 'utf16le'))] : [];
  return { capi, cng, certain };
}

/** MD5, printed as four little-endian double words. ASCII may come as text. */
function containerHash(bytes: Buffer | string): string {
  const digits = hash('md5', bytes);
  let turned = '';
  for (let word = 0; word < 32; word += 8)
    for (let byte = word + 6; byte >= word; byte -= 2) turned += digits.slice(byte, byte + 2);
  return turned;
}

/** What has no place in the code page becomes a question mark, as WideCharToMultiByte does it. */
const ansi = (name: string): string => name.replace(/[^\0-\xff]/g, '?');

const NAME = /^([0-9a-f]{32})_([0-9a-f-]{36})$/i;
// `All Users` is the older name of ProgramData, and still a link to it.
const MACHINE_ROOT = /^[a-z]:\\(?:programdata|users\\all users|documents and settings\\all users\\application data)$/i;
const PROFILE = /^(.+)\\(?:AppData\\Roaming|Application Data)$/i;
const CRYPTO = /^(.+)\\Microsoft\\Crypto\\(?:(?:RSA|DSS)\\(MachineKeys|S-1-[0-9-]+)|(Keys|SystemKeys))$/i;
const SERVICE_SIDS = new Set(['S-1-5-19', 'S-1-5-20']);

/** Takes a key file's full path apart; undefined when its name is not that of a key file or its directory holds none. */
export function splitKeyFile(path: string): KeyFileParts | undefined {
  // No real path is longer; a longer one must not cost time.
  if (path.length > 32_767) return undefined;
  const written = path.replace(/^\\\\\?\\/, '').trim();
  const end = written.lastIndexOf('\\');
  const [, digits, guid] = NAME.exec(written.slice(end + 1)) ?? [];
  if (end < 0 || digits === undefined || guid === undefined) return undefined;
  const directory = directoryParts(written.slice(0, end));
  return directory && { digits: digits.toLowerCase(), guid: guid.toLowerCase(), ...directory };
}

type DirectoryParts = Omit<KeyFileParts, 'digits' | 'guid'>;

/** Thousands of key files lie in one directory, and are listed one behind the other or in turn with those of a second. */
function directoryParts(directory: string): DirectoryParts | undefined {
  const seen = lastDirectories.find((each) => each.directory === directory);
  if (seen !== undefined) return seen.parts;
  const [, root, capiFolder, cngFolder] = CRYPTO.exec(directory) ?? [];
  const storage = capiFolder === undefined ? 'cng' : 'capi';
  const parts = root === undefined ? undefined : ({ storage, ...placeOf(root, capiFolder, cngFolder) } as const);
  lastDirectories = [{ directory, parts }, ...lastDirectories.slice(0, 3)];
  return parts;
}

let lastDirectories: readonly { readonly directory: string; readonly parts: DirectoryParts | undefined }[] = [];

/** Whose keys a folder holds. */
export function keyDirectoryKind(folder: string): KeyDirectoryKind {
  const [, root, capiFolder, cngFolder] = CRYPTO.exec(folder) ?? [];
  return root === undefined ? 'other' : placeOf(root, capiFolder, cngFolder).directoryKind;
}

function placeOf(root: string, capiFolder: string | undefined, cngFolder: string | undefined) {
  const named = capiFolder !== undefined && /^S-/i.test(capiFolder) ? capiFolder.toUpperCase() : undefined;
  const sid = named === undefined ? {} : { sid: named };
  if (MACHINE_ROOT.test(root)) return { directoryKind: machineKind(named, cngFolder), ...sid };
  const profilePath = PROFILE.exec(root)?.[1];
  if (profilePath === undefined) return { directoryKind: 'other' as const, ...sid };
  return { directoryKind: profileKind(profilePath, capiFolder, cngFolder), ...sid, profilePath };
}

function machineKind(sid: string | undefined, cngFolder: string | undefined): KeyDirectoryKind {
  if (sid === 'S-1-5-18' || cngFolder?.toLowerCase() === 'systemkeys') return 'system';
  if (sid === undefined) return 'machine';
  return SERVICE_SIDS.has(sid) ? 'service' : 'other';
}

function profileKind(path: string, capiFolder: string | undefined, cngFolder: string | undefined): KeyDirectoryKind {
  if (capiFolder?.toLowerCase() === 'machinekeys' || cngFolder?.toLowerCase() === 'systemkeys') return 'other';
  if (/\\config\\systemprofile$/i.test(path)) return 'system';
  return /^[a-z]:\\[^\\]+\\ServiceProfiles\\[^\\]+$/i.test(path) ? 'service' : 'user';
}
