// An edited applicationHost.config is read again before it may replace the first, by a reader that shares no code with
// the one that planned the edits: fast-xml-parser.

import { XMLParser } from 'fast-xml-parser';
import type { Edit } from '../../model/repair/plan.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import type { IisConfig, TextRange } from '../../model/server/iis-config.ts';
import { judgeXml } from '../xml/strict.ts';
import { editedBindings } from './binding-edit.ts';
import { applyEdits } from './metadata-edit.ts';

/**
 * The text after the edits, if the second reader finds in it every site, every binding (with other sslFlags only where an
 * edit lies in it), and every customMetadata property that no edit removes with its old value (or with any, where the value
 * is what was edited). An error must stop the repair.
 */
export function applyProved(config: IisConfig, edits: readonly Edit[]): Result<string> {
  const text = applyEdits(config.text, edits);
  const judged = judgeXml(text);
  if (!judged.ok) return judged;
  const before = readAgain(config.text);
  const after = readAgain(text);
  if (before.sites !== after.sites) return fail(`the edited file has ${after.sites} sites instead of ${before.sites}`);
  const bindings = whyOtherBindings(config, edits, before, after);
  if (bindings !== undefined) return fail(bindings);
  const all = config.metadata.flatMap((key) => key.properties);
  if (before.properties.length !== all.length) return fail('two readers see different customMetadata in the file');
  const kept = all.flatMap((property, at) => {
    const free = edits.some((edit) => isInside(edit, property.range));
    return edits.some((edit) => isInside(property.range, edit)) ? [] : [{ was: before.properties[at], free }];
  });
  const same = kept.every(({ was, free }, at) => {
    const now = after.properties[at];
    return now?.id === was?.id && (free || now?.value === was?.value);
  });
  if (same && kept.length === after.properties.length) return ok(text);
  return fail('the edit would change customMetadata that it does not mean');
}

function whyOtherBindings(
  config: IisConfig,
  edits: readonly Edit[],
  before: Reading,
  after: Reading,
): string | undefined {
  const free = editedBindings(config, edits);
  if (before.bindings.length !== free.length) return 'two readers see different site bindings in the file';
  const same = before.bindings.every((was, at) => {
    const now = after.bindings[at];
    return now?.what === was.what && (now.sslFlags === was.sslFlags || free[at]);
  });
  if (same && after.bindings.length === before.bindings.length) return undefined;
  return 'the edit would change site bindings that it does not mean';
}

const isInside = (inner: TextRange, outer: TextRange): boolean => inner.start >= outer.start && inner.end <= outer.end;

/** As fast-xml-parser gives it: an element is its name with its children, and its attributes under `:@`. */
type Node = Readonly<Record<string, unknown>> & { readonly ':@'?: Readonly<Record<string, string | undefined>> };

interface Reading {
  readonly sites: number;
  /** In order; `what`: every attribute but the flags. */
  readonly bindings: readonly { readonly what: string; readonly sslFlags: string | undefined }[];
  /** In order, values with their entities as written. */
  readonly properties: readonly { readonly id: string | undefined; readonly value: string | undefined }[];
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
});

function readAgain(text: string): Reading {
  const root: readonly Node[] = parser.parse(text);
  const configuration = below(root, 'configuration');
  const hosts = below([...configuration, ...below(configuration, 'location')], 'system.applicationHost');
  const sites = below(hosts, 'sites');
  const properties = list(below(below(hosts, 'customMetadata'), 'key'), 'property');
  return {
    sites: list(sites, 'site').length,
    bindings: list(below(below(sites, 'site'), 'bindings'), 'binding').map((binding) => {
      const { sslFlags, ...rest } = binding[':@'] ?? {};
      return { what: JSON.stringify(rest), sslFlags };
    }),
    properties: properties.map((property) => ({ id: property[':@']?.id, value: property[':@']?.value })),
  };
}

const list = (nodes: readonly Node[], name: string): readonly Node[] => nodes.filter((node) => name in node);

const below = (nodes: readonly Node[], name: string): readonly Node[] =>
  list(nodes, name).flatMap((node) => node[name] as readonly Node[]);
