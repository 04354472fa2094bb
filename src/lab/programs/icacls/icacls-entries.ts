// icacls' own way to write access entries, *S-1-5-18:(OI)(CI)F or NT AUTHORITY\SYSTEM:(F), to and from a list.

import { type AccessEntry, type AccessList, TRUSTEES } from '../../permissions/descriptors.ts';
import type { LabServer } from '../../server.ts';

/** One change to a list: a grant adds to what the account has, or takes its place; a removal takes all of it, or one kind. */
export interface ListChange {
  readonly inheritance: 'keep' | 'remove' | 'copy' | 'enable';
  readonly entries: readonly { readonly how: How; readonly entry: AccessEntry }[];
}

/** icacls' letters with the rights in SDDL. */
const RIGHTS: Readonly<Record<string, string>> = {
  F: 'FA',
  M: '0x1301bf',
  RX: '0x1200a9',
  R: 'FR',
  W: 'FW',
  D: 'SD',
  'R,W': '0x12019f',
};

/** The change that the words ask for; else the word that is not understood, or the name that is no account. */
export function parseChange(
  words: readonly string[],
): ListChange | { readonly invalid: string } | { readonly noAccount: string } {
  let inheritance: ListChange['inheritance'] = 'keep';
  const entries: { how: How; entry: AccessEntry }[] = [];
  let how: How | undefined;
  for (const word of words) {
    const verb = word.toLowerCase();
    if (verb in INHERITANCE) inheritance = INHERITANCE[verb] ?? 'keep';
    else if (verb in VERBS) how = VERBS[verb];
    else if (word.startsWith('/') || how === undefined) return { invalid: word };
    else {
      const entry = REMOVALS.has(how) ? parseEntry(`${word}:F`) : parseEntry(word);
      if (!entry) return { invalid: word };
      if (!/^(S-1-|[A-Z]{2}$)/.test(entry.trustee)) return { noAccount: entry.trustee };
      entries.push({ how, entry });
    }
  }
  return { inheritance, entries };
}

const INHERITANCE: Readonly<Record<string, ListChange['inheritance']>> = {
  '/inheritance:r': 'remove',
  '/inheritance:d': 'copy',
  '/inheritance:e': 'enable',
};

type How = 'add' | 'replace' | 'remove' | 'remove-grants' | 'remove-denials';

const VERBS: Readonly<Record<string, How>> = {
  '/grant': 'add',
  '/grant:r': 'replace',
  '/remove': 'remove',
  '/remove:g': 'remove-grants',
  '/remove:d': 'remove-denials',
};

const REMOVALS: ReadonlySet<How> = new Set(['remove', 'remove-grants', 'remove-denials']);

function parseEntry(word: string): AccessEntry | undefined {
  const [, account = '', written = ''] = /^(.+?):([^:]+)$/.exec(word) ?? [];
  const [, flags = '', rights = ''] = /^((?:\((?:OI|CI|IO|NP)\))*)\(?([A-Z,]+)\)?$/i.exec(written) ?? [];
  const sddl = RIGHTS[rights.toUpperCase()];
  if (sddl === undefined) return undefined;
  return { type: 'A', flags: flags.toUpperCase().match(/[A-Z]{2}/g) ?? [], rights: sddl, trustee: trusteeOf(account) };
}

/** `*SID` or a name: as SDDL would write it. A name that nobody has comes back as it is. */
function trusteeOf(account: string): string {
  const sid = account.startsWith('*') ? account.slice(1).toUpperCase() : undefined;
  const known = TRUSTEES.find(
    ([each, , name]) =>
      each === sid ||
      name.toLowerCase() === account.toLowerCase() ||
      name.split('\\')[1]?.toLowerCase() === account.toLowerCase(),
  );
  return known?.[1] ?? sid ?? account;
}

/** The list after the change. Explicit entries stand before inherited ones, as Windows orders them. */
export function changedList(list: AccessList, change: ListChange): AccessList {
  const isInherited = (entry: AccessEntry) => entry.flags.includes('ID');
  const cut = change.inheritance === 'remove' || change.inheritance === 'copy';
  let explicit = list.entries.filter((entry) => !isInherited(entry));
  const below = list.entries.filter(isInherited);
  if (change.inheritance === 'copy') {
    explicit = [
      ...explicit,
      ...below.map((entry) => ({ ...entry, flags: entry.flags.filter((flag) => flag !== 'ID') })),
    ];
  }
  for (const { how, entry } of change.entries) {
    // A plain grant adds to what the account has; of full access there is nothing more to add, so it is one entry then.
    const giving = entry.rights === 'FA' ? explicit.filter((each) => !isSameButRights(each, entry)) : explicit;
    if (how === 'add' && giving.some((each) => isSameButRights(each, entry) && each.rights === entry.rights)) continue;
    explicit = how === 'add' ? giving : explicit.filter((each) => !goes(each, entry.trustee, how));
    if (!REMOVALS.has(how)) explicit = [...explicit, entry];
  }
  const isProtected = cut || (list.isProtected && change.inheritance !== 'enable');
  return { isProtected, entries: cut ? explicit : [...explicit, ...below] };
}

const goes = ({ type, trustee }: AccessEntry, of: string, how: How): boolean =>
  trustee === of && (how === 'remove' || (type === 'D') === (how === 'remove-denials'));

const isSameButRights = (one: AccessEntry, other: AccessEntry): boolean =>
  one.type === other.type && one.trustee === other.trustee && one.flags.join() === other.flags.join();

/** The list as icacls prints it: the first entry on the line of the path, the others under it. */
export function listingLines(server: LabServer, path: string, list: AccessList): readonly string[] {
  const entries = list.entries.map((entry) => entryText(server, entry));
  const [first = '', ...more] = entries;
  return [`${path} ${first}`, ...more.map((text) => `${' '.repeat(path.length)} ${text}`)];
}

function entryText(server: LabServer, { type, flags, rights, trustee }: AccessEntry): string {
  const users = [server.facts.owner, server.facts.otherAdmin];
  const known = TRUSTEES.find(([sid, short]) => sid === trustee || short === trustee)?.[2];
  const name = known ?? users.find(({ sid }) => sid === trustee)?.name ?? trustee;
  const letters = Object.entries(RIGHTS).find(([, sddl]) => sddl === rights)?.[0] ?? `0x${rights.replace(/^0x/, '')}`;
  const shown = flags.map((flag) => (flag === 'ID' ? '(I)' : `(${flag})`));
  // Inherited comes first in a listing.
  const ordered = [...shown.filter((flag) => flag === '(I)'), ...shown.filter((flag) => flag !== '(I)')];
  return `${name}:${type === 'D' ? '(DENY)' : ''}${ordered.join('')}(${letters})`;
}
