// An edited applicationHost.config is read again before it may replace the first, by a reader that shares no code with
// the one that planned the edits: saxes, which judges the text in the same pass. It is held against what the first reader saw
// in the file as it was: a file of 20 MB is read again once, and no second tree is made of it.

import type { Edit } from '../../model/repair/plan.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import type { IisConfig, TextRange } from '../../model/server/iis-config.ts';
import { type Attributes, judgeXml } from '../xml/strict.ts';
import { applyEdits } from './metadata-edit.ts';

/**
 * The text after the edits, if the second reader finds in it every site, every binding (with other sslFlags only where an
 * edit lies in it), and every customMetadata property that no edit removes with its old value (or with any, where the value
 * is what was edited). An error must stop the repair.
 */
export function applyProved(config: IisConfig, edits: readonly Edit[]): Result<string> {
  const text = applyEdits(config.text, edits);
  const read = readAgain(text);
  if (!read.ok) return read;
  const { sites, bindings, properties } = read.value;
  if (sites !== config.sites.length)
    return fail(`the edited file has ${sites} sites instead of ${config.sites.length}`);
  if (!hasSameBindings(bindings, config, edits))
    return fail('the edit would change site bindings that it does not mean');
  if (!hasSameProperties(properties, config, edits))
    return fail('the edit would change customMetadata that it does not mean');
  return ok(text);
}

interface Reading {
  readonly sites: number;
  /** In their order, each with its place in the edited text. */
  readonly bindings: readonly Binding[];
  readonly properties: readonly Attributes[];
}

interface Binding {
  readonly attributes: Attributes;
  readonly range: TextRange;
}

const HOST = /^configuration\/(?:location\/)?system\.applicationHost\//;

function readAgain(text: string): Result<Reading> {
  const open: string[] = [];
  const reading = {
    sites: 0,
    bindings: [] as { attributes: Attributes; range: TextRange }[],
    properties: [] as Attributes[],
  };
  const judged = judgeXml(text, {
    opened(name, attributes, at) {
      open.push(name);
      if (name !== 'site' && name !== 'binding' && name !== 'property') return;
      const path = open.join('/').replace(HOST, '');
      if (path === 'sites/site') reading.sites += 1;
      else if (path === 'customMetadata/key/property') reading.properties.push(attributes);
      // No < may stand in a start tag.
      else if (path === BINDING)
        reading.bindings.push({ attributes, range: { start: text.lastIndexOf('<', at - 1), end: at } });
    },
    closed(at) {
      const last = reading.bindings.at(-1);
      if (open.at(-1) === 'binding' && last !== undefined && open.join('/').replace(HOST, '') === BINDING)
        last.range = { ...last.range, end: at };
      open.pop();
    },
  });
  return judged.ok ? ok(reading) : judged;
}

const BINDING = 'sites/site/bindings/binding';

function hasSameBindings(now: readonly Binding[], config: IisConfig, edits: readonly Edit[]): boolean {
  const before = config.sites.flatMap((site) => site.bindings);
  const near = nearOf(placesAfter(edits));
  return (
    now.length === before.length &&
    now.every(({ attributes, range }, at) => {
      const was = before[at];
      const { protocol, bindingInformation, sslFlags } = attributes;
      if (protocol?.value !== was?.protocol || bindingInformation?.value !== was?.information) return false;
      const some = near(range);
      const mayHaveOtherFlags = some.some((edit) => isInside(edit, range));
      if (!mayHaveOtherFlags && Number(sslFlags?.value ?? 0) !== was?.sslFlags) return false;
      return some.length === 0 || othersOf(attributes) === othersOf(asBefore(range, some, config.text));
    })
  );
}

function hasSameProperties(now: readonly Attributes[], config: IisConfig, edits: readonly Edit[]): boolean {
  const near = nearOf(inOrder(edits));
  const kept = config.metadata
    .flatMap((key) => key.properties)
    .flatMap((was) => {
      const some = near(was.range);
      const isFree = some.some((edit) => isInside(edit, was.range));
      return some.some((edit) => isInside(was.range, edit)) ? [] : [{ was, isFree }];
    });
  const isSame = ({ was, isFree }: (typeof kept)[number], at: number) =>
    Number(now[at]?.id?.value) === was.id && (isFree || (now[at]?.value?.value ?? '') === was.value);
  return kept.length === now.length && kept.every(isSame);
}

/** The attributes of an edited binding as they were, read by the same reader; none where there was no such element. */
function asBefore(range: TextRange, near: readonly PlaceAfter[], before: string): Attributes {
  const grownBy = (some: readonly PlaceAfter[]) => some.reduce((sum, { grown }) => sum + grown, near[0]?.shift ?? 0);
  const start = range.start - grownBy(near.filter(({ end }) => end <= range.start));
  const end = range.end - grownBy(near.filter((edit) => edit.start < range.end));
  const tags: Attributes[] = [];
  // A prefix is bound further up, so what the judge says of these few characters alone is no matter.
  judgeXml(before.slice(start, end), { opened: (_name, attributes) => tags.push(attributes), closed: () => undefined });
  return tags[0] ?? {};
}

/** Every attribute but the flags, known to IIS or not. */
const othersOf = (attributes: Attributes): string =>
  JSON.stringify(
    Object.entries(attributes).flatMap(([name, { value }]) => (name === 'sslFlags' ? [] : [[name, value]])),
  );

/** Where an edit lies in the edited text: `shift` characters further on than before, by what earlier ones have `grown`. */
interface PlaceAfter extends TextRange {
  readonly shift: number;
  readonly grown: number;
}

function placesAfter(edits: readonly Edit[]): readonly PlaceAfter[] {
  let shift = 0;
  return inOrder(edits).map(({ start, end, text }) => {
    const place = { start: start + shift, end: start + shift + text.length, shift, grown: text.length - (end - start) };
    shift += place.grown;
    return place;
  });
}

const inOrder = (edits: readonly Edit[]) => [...edits].sort((a, b) => a.start - b.start || a.end - b.end);

/** Those that touch a range. Asked for ranges in the order of the text, so that each of them is passed once. */
function nearOf<Place extends TextRange>(places: readonly Place[]): (range: TextRange) => readonly Place[] {
  let first = 0;
  return ({ start, end }) => {
    while ((places[first]?.end ?? end) < start) first += 1;
    let last = first;
    while ((places[last]?.start ?? Infinity) <= end) last += 1;
    return places.slice(first, last);
  };
}

const isInside = (inner: TextRange, outer: TextRange): boolean => inner.start >= outer.start && inner.end <= outer.end;
