// What of the table was not read, for whoever must say so: a check, and who collects.

import type { NotChecked } from '../model/repair/diagnosis.ts';
import { isServerStore, unreadableEntry } from '../model/server/certificate.ts';
import type { Evidence } from '../model/server/evidence.ts';
import { holdsMachineKeys } from './sources/key-folders.ts';
import type { Need, SourceName } from './sources/source.ts';
import { sourceNames, sources } from './sources/sources.ts';

/** A source that was not read. */
export interface MissingSource extends NotChecked {
  readonly name: SourceName;
  readonly needed: Need;
  /** It is there and could not be understood. */
  readonly broken: boolean;
}

const decides = ({ needed }: { readonly needed: Need }): boolean => needed === 'verdict' || needed === 'links';

/** What a verdict needs comes first. What there was no reason to ask for is not missing. */
export function missingSources(evidence: Evidence): readonly MissingSource[] {
  const missing = sourceNames.flatMap((name) => {
    const { what, needed, extent } = sources[name];
    const part = evidence[name];
    const isUnneeded = !part.known && part.unasked && typeof extent === 'function';
    if (part.known || isUnneeded) return [];
    return [{ name, needed, what, why: part.why, broken: part.broken === true }];
  });
  return [...missing.filter(decides), ...missing.filter((each) => !decides(each))];
}

/**
 * Entries of the machine's stores that could not be read; the store is known without them. What http.sys does not serve with
 * decides nothing on a live server; in a folder it was damaged on its way.
 */
export const unreadEntries = ({ unreadableEntries, recorded }: Evidence): readonly UnreadPart[] =>
  unreadableEntries.map((entry) => ({
    what: `LocalMachine\\${entry.store}`,
    why: unreadableEntry(entry),
    required: recorded || isServerStore(entry.store),
  }));

/** Something that was not read. `required`: without it nobody can call the server healthy. */
export interface UnreadPart extends NotChecked {
  readonly required: boolean;
}

/** What an evidence folder lacks, for whoever makes it. */
export function unreadParts(evidence: Evidence): readonly UnreadPart[] {
  const folders = evidence.keyFiles.known ? evidence.keyFiles.value.unread : [];
  return [
    ...missingSources(evidence)
      .filter(({ needed }) => needed !== 'aid')
      .map((part) => ({ what: part.what, why: part.why, required: decides(part) })),
    ...unreadEntries(evidence),
    ...evidence.partsUnread.map(({ what, why, broken }) => ({ what, why, required: broken })),
    ...folders.map((what) => ({ what, why: 'it could not be listed', required: holdsMachineKeys(what) })),
  ];
}
