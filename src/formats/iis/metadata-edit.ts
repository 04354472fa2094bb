// Edits of customMetadata as data: only the characters that must go, so that every other byte of the file stays.

import type { Edit } from '../../model/repair/plan.ts';
import type { IisConfig, MetadataKey, MetadataProperty, TextRange } from '../../model/server/iis-config.ts';
import { innerRange } from '../xml/document.ts';
import { decodeText, encodeText } from '../xml/text.ts';

export { decodeText, encodeText };

/** Which properties of a key must go. Paths are compared without regard to case, as IIS compares them. */
export interface Strip {
  readonly keyPath: string;
  readonly ids: readonly number[];
}

/**
 * Removes properties with the line that each stands on; a key that is then empty goes too. A customMetadata that is then
 * empty is written as the default file of IIS has it, or goes with its content where IIS had appended it with that
 * content; both mean the same to IIS. What holds a comment is not empty.
 */
export function stripProperties(config: IisConfig, strips: readonly Strip[]): readonly Edit[] {
  const wanted = idsByPath(strips);
  const edits = config.metadata.flatMap((key) => {
    const ids = wanted.get(key.path.toLowerCase());
    return ids === undefined ? [] : stripKey(config.text, key, ids);
  });
  const section = config.metadataRange;
  if (!section || !edits.some((edit) => edit.start >= section.start && edit.end <= section.end)) return edits;
  if (!isPlain(config.text, section) || !isEmptyAfter(config.text, section, edits)) return edits;
  const outside = edits.filter((edit) => edit.end <= section.start || edit.start >= section.end);
  return [
    ...outside,
    isLastInGroup(config.text, section) ? removal(config.text, section) : { ...section, text: EMPTY },
  ];
}

/** How the default file of IIS has the section, between applicationPools and listenerAdapters. */
const EMPTY = '<customMetadata />';

/** IIS appends a section that a file did not have at the end of its group: there, the section came with its content. */
const isLastInGroup = (text: string, section: TextRange): boolean =>
  /^\s*<\/system\.applicationHost[ \t\r\n]*>/.test(text.slice(section.end, section.end + 4096));

/** Replaces the characters of the value and nothing else. `newBase64` needs no escaping. */
export function correctValue(config: IisConfig, property: MetadataProperty, newBase64: string): readonly Edit[] {
  if (!property.valueRange) {
    const nameEnd = property.range.start + '<property'.length;
    return [{ start: nameEnd, end: nameEnd, text: ` value="${newBase64}"` }];
  }
  const { start, end } = property.valueRange;
  return config.text.slice(start, end) === newBase64 ? [] : [{ start, end, text: newBase64 }];
}

/** The text after the edits, which count from the text before them. Overlapping edits are a bug and throw. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let at = 0;
  for (const edit of sorted) {
    if (edit.start < at || edit.end < edit.start || edit.end > text.length) {
      throw new Error(`edit ${edit.start}-${edit.end} overlaps another or lies outside the text`);
    }
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** By paths in small letters. */
function idsByPath(strips: readonly Strip[]): ReadonlyMap<string, ReadonlySet<number>> {
  const byPath = new Map<string, Set<number>>();
  for (const { keyPath, ids } of strips) {
    const path = keyPath.toLowerCase();
    byPath.set(path, new Set([...(byPath.get(path) ?? []), ...ids]));
  }
  return byPath;
}

function stripKey(text: string, key: MetadataKey, ids: ReadonlySet<number>): readonly Edit[] {
  const edits = key.properties.filter((property) => ids.has(property.id)).map(({ range }) => removal(text, range));
  return edits.length > 0 && isEmptyAfter(text, key.range, edits) ? [removal(text, key.range)] : edits;
}

/** With the white space in front, back to and including the line break: what writing the element there had added. */
function removal(text: string, { start, end }: TextRange): Edit {
  let lineStart = start;
  while (text[lineStart - 1] === ' ' || text[lineStart - 1] === '\t') lineStart--;
  if (text[lineStart - 1] === '\n') return { start: lineStart - (text[lineStart - 2] === '\r' ? 2 : 1), end, text: '' };
  return { start: text[lineStart - 1] === '\r' ? lineStart - 1 : start, end, text: '' };
}

function isEmptyAfter(text: string, range: TextRange, edits: readonly Edit[]): boolean {
  const inner = innerRange(text, range);
  const inside = edits
    .filter((edit) => edit.start >= inner.start && edit.end <= inner.end)
    .map((edit) => ({ ...edit, start: edit.start - inner.start, end: edit.end - inner.start }));
  return !/[^ \t\r\n]/.test(applyEdits(text.slice(inner.start, inner.end), inside));
}

/** No attribute stands in the start tag that the short form would lose. */
const isPlain = (text: string, range: TextRange): boolean =>
  /^<customMetadata[ \t\r\n]*>/.test(text.slice(range.start));
