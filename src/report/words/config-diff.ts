// The lines of a text file that edits touch, before and after.

import { applyEdits } from '../../formats/iis/metadata-edit.ts';
import type { Action, Edit } from '../../model/repair/plan.ts';
import type { IisConfig } from '../../model/server/iis-config.ts';

/** One place of the file: `line` counts from 1; `removed` and `added` are whole lines without their line break. */
export interface Hunk {
  readonly line: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** A file written as one line would show everything it holds, secrets too: then only the edited characters are shown. */
const LONGEST_LINE = 300;

const LINE_BREAK = /\r\n|\n|\r/;

/** What an action changes in the configuration; nothing where it edits another file, or one that has changed since. */
export const diffOfAction = (action: Action, config: IisConfig): readonly Hunk[] =>
  action.kind === 'edit-file' && config.sha256 === action.expect ? diffOfEdits(config.text, action.edits) : [];

/** What the edits change, in the order of the file. */
export function diffOfEdits(text: string, edits: readonly Edit[]): readonly Hunk[] {
  const groups = groupByLines(
    text,
    [...edits].sort((a, b) => a.start - b.start),
  );
  return groups.map((group) => hunk(text, group)).filter(({ removed, added }) => removed.length + added.length > 0);
}

interface Group {
  readonly start: number;
  readonly end: number;
  readonly edits: readonly Edit[];
}

/** Edits that touch the same lines belong together. */
function groupByLines(text: string, edits: readonly Edit[]): readonly Group[] {
  const groups: Group[] = [];
  for (const edit of edits) {
    const start = lineStart(text, edit.start);
    const end = lineEnd(text, edit.end);
    const last = groups.at(-1);
    if (last !== undefined && start <= last.end) {
      groups[groups.length - 1] = { start: last.start, end: Math.max(end, last.end), edits: [...last.edits, edit] };
    } else {
      groups.push({ start, end, edits: [edit] });
    }
  }
  return groups;
}

function hunk(text: string, { start, end, edits }: Group): Hunk {
  const before = text.slice(start, end);
  const shifted = edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  const removed = before.split(LINE_BREAK);
  const added = applyEdits(before, shifted).split(LINE_BREAK);
  const line = text.slice(0, start).split(LINE_BREAK).length;
  if (removed.some((each) => each.length > LONGEST_LINE)) return { line, ...charactersOf(text, edits) };
  const head = commonHead(removed, added);
  const tail = commonHead(removed.slice(head).reverse(), added.slice(head).reverse());
  return {
    line: line + head,
    removed: removed.slice(head, removed.length - tail),
    added: added.slice(head, added.length - tail),
  };
}

function charactersOf(text: string, edits: readonly Edit[]): Omit<Hunk, 'line'> {
  const removed = edits.flatMap((edit) => text.slice(edit.start, edit.end).split(LINE_BREAK));
  const added = edits.flatMap((edit) => edit.text.split(LINE_BREAK));
  return { removed: removed.filter((each) => each !== ''), added: added.filter((each) => each !== '') };
}

function commonHead(one: readonly string[], other: readonly string[]): number {
  const end = Math.min(one.length, other.length);
  for (let at = 0; at < end; at += 1) if (one[at] !== other[at]) return at;
  return end;
}

function lineStart(text: string, at: number): number {
  // An edit that starts between CR and LF, or at a break, begins on the line which that break ends.
  let start = at > 0 && text[at] === '\n' && text[at - 1] === '\r' ? at - 1 : at;
  while (start > 0 && text[start - 1] !== '\n' && text[start - 1] !== '\r') start -= 1;
  return start;
}

function lineEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return end;
}
