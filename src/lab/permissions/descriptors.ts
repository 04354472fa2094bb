// Security descriptors of files and folders: those that were set, and what Windows gives where none was.

import type { LabServer } from '../server.ts';
import { storedSddl } from './acls.ts';

/** One entry of a discretionary list, allowed or denied. */
export interface AccessEntry {
  readonly type: string;
  /** Two letters each: OI, CI, IO, NP, ID. */
  readonly flags: readonly string[];
  /** Letters or `0x...`, as in SDDL. */
  readonly rights: string;
  /** A SID, or its SDDL abbreviation. */
  readonly trustee: string;
}

/** A discretionary list. */
export interface AccessList {
  /** Nothing is inherited from the folder above. */
  readonly isProtected: boolean;
  readonly entries: readonly AccessEntry[];
  /** There is no list at all, which lets everybody do everything. */
  readonly isNull?: true;
}

const CRYPTO = 'c:\\programdata\\microsoft\\crypto';

/** Descriptors of folders as Windows installs them; the default for all below. */
const INSTALLED: readonly (readonly [string, string])[] = [
  // "Default permissions for the MachineKeys folders": Everyone may make files, nothing is inherited by them.
  [`${CRYPTO}\\rsa\\machinekeys`, 'D:P(A;;0x12019f;;;WD)(A;;FA;;;BA)'],
  [
    'c:\\programdata',
    'D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICIIO;GA;;;CO)(A;OICI;0x1200a9;;;BU)(A;CI;DCLCRPCR;;;BU)',
  ],
  ['c:', 'D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)'],
];

/** What the key storage gives each file that it makes. */
const KEY_FILE = 'D:PAI(A;;FA;;;SY)(A;;FA;;;BA)';

/** The discretionary list of a file or folder: its own, or what it inherits. */
export function accessList(server: LabServer, path: string, isFolder: boolean): AccessList {
  const key = path.toLowerCase();
  const own = storedSddl(server, key) ?? INSTALLED.find(([folder]) => folder === key)?.[1];
  if (own !== undefined) return parseAccessList(own);
  if (!isFolder && key.startsWith(`${CRYPTO}\\`)) return parseAccessList(KEY_FILE);
  return { isProtected: false, entries: handedDown(server, key, isFolder) };
}

/** What the folder above hands down to a file or folder today. */
export function handedDown(server: LabServer, path: string, isFolder: boolean): readonly AccessEntry[] {
  const above = accessList(server, path.slice(0, path.lastIndexOf('\\')), true);
  return above.entries.flatMap((entry) => inherited(entry, isFolder));
}

/** What a child takes over of an entry: to a folder it may be handed on, at a file it ends. */
function inherited(entry: AccessEntry, isFolder: boolean): readonly AccessEntry[] {
  const { flags } = entry;
  if (!isFolder) return flags.includes('OI') ? [{ ...entry, flags: ['ID'] }] : [];
  if (!flags.includes('CI') && !flags.includes('OI')) return [];
  const handedOn = flags.filter((flag) => flag === 'OI' || flag === 'CI');
  const onlyBelow = flags.includes('CI') && entry.trustee !== 'CO' ? [] : ['IO'];
  return [{ ...entry, flags: [...handedOn, ...onlyBelow, 'ID'] }];
}

/** The discretionary part of an SDDL string; owner, group and auditing are passed over. */
export function parseAccessList(sddl: string): AccessList {
  if (/D:[A-Z]*NO_ACCESS_CONTROL/.test(sddl)) return { isProtected: false, entries: [], isNull: true };
  const [, control = '', list = ''] = /D:([A-Z]*)((?:\([^)]*\))*)/.exec(sddl) ?? [];
  const entries = [...list.matchAll(/\(([^)]*)\)/g)].map(([, entry = '']) => {
    const [type = '', flags = '', rights = '', , , trustee = ''] = entry.split(';');
    return { type, flags: flags.match(/../g) ?? [], rights, trustee };
  });
  return { isProtected: /^P/.test(control), entries };
}

/** `D:PAI(...)`, or `D:AI(...)` where entries are inherited: the part that icacls saves. */
export function accessListText({ isProtected, entries, isNull }: AccessList): string {
  if (isNull) return 'D:NO_ACCESS_CONTROL';
  const list = entries.map(({ type, flags, rights, trustee }) => `(${type};${flags.join('')};${rights};;;${trustee})`);
  return `D:${isProtected ? 'PAI' : 'AI'}${list.join('')}`;
}

/** Well-known SIDs with their SDDL abbreviation and the English name of the account. */
export const TRUSTEES: readonly (readonly [sid: string, abbreviation: string, name: string])[] = [
  ['S-1-5-18', 'SY', 'NT AUTHORITY\\SYSTEM'],
  ['S-1-5-32-544', 'BA', 'BUILTIN\\Administrators'],
  ['S-1-5-32-545', 'BU', 'BUILTIN\\Users'],
  ['S-1-1-0', 'WD', 'Everyone'],
  ['S-1-5-11', 'AU', 'NT AUTHORITY\\Authenticated Users'],
  ['S-1-5-19', 'LS', 'NT AUTHORITY\\LOCAL SERVICE'],
  ['S-1-5-20', 'NS', 'NT AUTHORITY\\NETWORK SERVICE'],
  ['S-1-3-0', 'CO', 'CREATOR OWNER'],
];
