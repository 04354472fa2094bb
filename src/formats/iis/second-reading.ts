// An edited applicationHost.config is read again before it may replace the first, by a reader that shares no code with
// the one that planned the edits: saxes, which judges the text in the same pass. It is held against what the first reader saw
// in the file as it was: a file of 20 MB is read again once, and no second tree is made of it.

import type { Edit } from '../../model/repair/plan.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import type { IisConfig, SiteBinding, TextRange } from '../../model/server/iis-config.ts';
import { type Attributes, judgeXml } from '../xml/strict.ts';
import { applyEdits } from './metadata-edit.ts';

/**
 * The text after the edits, if the second reader finds in it every site by its name and id, every binding (with other
 * sslFlags only where an edit lies in it), and every key and property of customMetadata that no edit removes, with its old
 * value (or with any, where the value is what was edited). An error must stop the repair.
 */
export function applyProved(config: IisConfig, edits: readonly Edit[]): Result<string> {
  const text = applyEdits(config.text, edits);
  const sites = heldSites(config);
  const bindings = heldBindings(config, edits);
  const keys = heldKeys(config, edits);
  const properties = heldProperties(config, edits);
  const { hear: site } = sites;
  const read = readAgain(text, { site, binding: bindings.hear, key: keys.hear, property: properties.hear });
  if (!read.ok) return read;
  if (sites.count() !== config.sites.length)
    return fail(`the edited file has ${sites.count()} sites instead of ${config.sites.length}`);
  if (!sites.areSame()) return fail('the edit would change sites that it does not mean');
  if (!bindings.areSame()) return fail('the edit would change site bindings that it does not mean');
  if (!keys.areSame() || !properties.areSame())
    return fail('the edit would change customMetadata that it does not mean');
  return ok(text);
}

/** Who hears of what the second reader finds, in the order of the edited text. Nothing of it is kept. */
interface Found {
  readonly site: (attributes: Attributes) => void;
  /** With its place in the edited text. */
  readonly binding: (attributes: Attributes, range: TextRange) => void;
  readonly key: (attributes: Attributes) => void;
  readonly property: (attributes: Attributes) => void;
}

/** A path of elements, and what stands at it. Paths are few, and are looked at once each. */
interface Path {
  readonly path: string;
  readonly what: keyof Found | undefined;
  readonly below: Map<string, Path>;
}

const HOST = /^configuration\/(?:location\/)?system\.applicationHost\//;

const WHAT: ReadonlyMap<string, keyof Found> = new Map([
  ['sites/site', 'site'],
  ['sites/site/bindings/binding', 'binding'],
  ['customMetadata/key', 'key'],
  ['customMetadata/key/property', 'property'],
]);

function pathBelow(parent: Path, name: string): Path {
  const known = parent.below.get(name);
  if (known !== undefined) return known;
  const path = parent.path === '' ? name : `${parent.path}/${name}`;
  const made: Path = { path, what: WHAT.get(path.replace(HOST, '')), below: new Map() };
  parent.below.set(name, made);
  return made;
}

function readAgain(text: string, found: Found): Result<string> {
  const open: Path[] = [];
  const outside: Path = { path: '', what: undefined, below: new Map() };
  let binding: { readonly attributes: Attributes; readonly start: number } | undefined;
  return judgeXml(text, {
    opened(name, attributes, at) {
      const path = pathBelow(open.at(-1) ?? outside, name);
      open.push(path);
      if (path.what === undefined) return;
      if (path.what !== 'binding') found[path.what](attributes);
      // No < may stand in a start tag.
      else binding = { attributes, start: text.lastIndexOf('<', at - 1) };
    },
    closed(at) {
      if (open.pop()?.what === 'binding' && binding !== undefined)
        found.binding(binding.attributes, { start: binding.start, end: at });
    },
  });
}

/** What is heard one by one, and whether in the end all of it was as it had to be. */
interface Held<Heard extends readonly unknown[]> {
  readonly hear: (...heard: Heard) => void;
  readonly areSame: () => boolean;
}

function heldBindings(config: IisConfig, edits: readonly Edit[]): Held<[Attributes, TextRange]> {
  const before = config.sites.flatMap((site) => site.bindings);
  const near = nearOf(placesAfter(edits));
  const isSame = (attributes: Attributes, range: TextRange, was: SiteBinding | undefined): boolean => {
    const { protocol, bindingInformation, sslFlags } = attributes;
    if (protocol !== was?.protocol || bindingInformation !== was?.information) return false;
    const some = near(range);
    const mayHaveOtherFlags = some.some((edit) => isInside(edit, range));
    const flags = numberOf(sslFlags ?? '0');
    if (flags === undefined || (!mayHaveOtherFlags && flags !== was?.sslFlags)) return false;
    return some.length === 0 || othersOf(attributes) === othersOf(asBefore(range, some, config.text));
  };
  let heard = 0;
  let areSame = true;
  return {
    hear(attributes, range) {
      areSame &&= isSame(attributes, range, before[heard]);
      heard += 1;
    },
    areSame: () => areSame && heard === before.length,
  };
}

/** Digits alone. */
const numberOf = (written: string | undefined): number | undefined =>
  written !== undefined && /^\d{1,10}$/.test(written) ? Number(written) : undefined;

/** No edit of ours lies in the start tag of a site. */
function heldSites({ sites }: IisConfig): Held<[Attributes]> & { readonly count: () => number } {
  let heard = 0;
  let areSame = true;
  return {
    hear({ name, id }) {
      const was = sites[heard];
      areSame &&= name === was?.name && numberOf(id) === was?.id;
      heard += 1;
    },
    areSame: () => areSame && heard === sites.length,
    count: () => heard,
  };
}

const heldKeys = ({ metadata }: IisConfig, edits: readonly Edit[]) =>
  heldButRemoved(metadata, edits, ({ path }, was) => path === was.path);

const heldProperties = ({ metadata }: IisConfig, edits: readonly Edit[]) =>
  heldButRemoved(
    metadata.flatMap(({ properties }) => properties),
    edits,
    ({ id, value }, was, isFree) => numberOf(id) === was.id && (isFree || (value ?? '') === was.value),
  );

/** All but those that an edit removes. Free is what an edit lies in. */
function heldButRemoved<Was extends { readonly range: TextRange }>(
  before: readonly Was[],
  edits: readonly Edit[],
  isSame: (attributes: Attributes, was: Was, isFree: boolean) => boolean,
): Held<[Attributes]> {
  const near = nearOf(inOrder(edits));
  let at = 0;
  let areSame = true;
  const passRemoved = (): readonly Edit[] => {
    for (let was = before[at]; was !== undefined; was = before[at]) {
      const { range } = was;
      const some = near(range);
      if (!some.some((edit) => isInside(range, edit))) return some;
      at += 1;
    }
    return NONE;
  };
  return {
    hear(attributes) {
      const some = passRemoved();
      const was = before[at];
      const isFree = was !== undefined && some.some((edit) => isInside(edit, was.range));
      areSame &&= was !== undefined && isSame(attributes, was, isFree);
      at += 1;
    },
    areSame() {
      passRemoved();
      return areSame && at === before.length;
    },
  };
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
  JSON.stringify(Object.entries(attributes).flatMap(([name, value]) => (name === 'sslFlags' ? [] : [[name, value]])));

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

const NONE: readonly never[] = [];

/** Those that touch a range. Asked for ranges in the order of the text, so that each of them is passed once. */
function nearOf<Place extends TextRange>(places: readonly Place[]): (range: TextRange) => readonly Place[] {
  let first = 0;
  return ({ start, end }) => {
    while ((places[first]?.end ?? end) < start) first += 1;
    let last = first;
    while ((places[last]?.start ?? Infinity) <= end) last += 1;
    return last === first ? NONE : places.slice(first, last);
  };
}

const isInside = (inner: TextRange, outer: TextRange): boolean => inner.start >= outer.start && inner.end <= outer.end;
