// What reg query prints.

import type { Registry, RegistryValue } from '../../registry/registry.ts';
import { onConsole, printedData } from './reg-values.ts';

/** `value`: one value by name, '' for the default one; undefined for all. */
export interface Query {
  readonly value: string | undefined;
  readonly recurse: boolean;
}

/**
 * The lines of `reg query KEY`: an empty line, the key and its values; then the names of its subkeys, or with /s the same
 * for each of them. A key without values to show is passed over. Undefined: no such key or value.
 */
export function queryLines(registry: Registry, key: string, query: Query): readonly string[] | undefined {
  if (!registry.values(key)) return undefined;
  const lines = query.recurse
    ? keysBelow(registry, key).flatMap((each) => keyLines(registry, each, query.value))
    : keyLines(registry, key, query.value);
  if (query.value !== undefined) {
    if (lines.length === 0) return undefined;
    return query.recurse ? [...lines, '', `End of search: ${lines.length / 3} match(es) found.`] : [...lines, ''];
  }
  if (query.recurse) return [...lines, ''];
  const subkeys = (registry.subkeys(key) ?? []).map((name) => onConsole(`${key}\\${name}`));
  return [...lines, '', ...subkeys];
}

function keyLines(registry: Registry, key: string, only: string | undefined): readonly string[] {
  const values = [...(registry.values(key) ?? [])].filter(
    ([name]) => only === undefined || name.toLowerCase() === only.toLowerCase(),
  );
  if (values.length === 0) return [];
  return ['', onConsole(key), ...values.map(([name, value]) => valueLine(name, value))];
}

const valueLine = (name: string, value: RegistryValue): string =>
  `    ${name === '' ? '(Default)' : onConsole(name)}    ${value.type}    ${printedData(value)}`;

/** The key and all below it, parents first. */
export function keysBelow(registry: Registry, key: string): readonly string[] {
  const subkeys = registry.subkeys(key) ?? [];
  return [key, ...subkeys.flatMap((name) => keysBelow(registry, `${key}\\${name}`))];
}
