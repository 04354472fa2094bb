// The lab's registry: a tree of keys in memory, and its readable form on disk.

import { remembered } from '../remembered.ts';
import type { Registry, RegistryValue } from './registry.ts';

interface Key {
  readonly name: string;
  /** By name in lower case. */
  readonly values: Map<string, { readonly name: string; readonly value: RegistryValue }>;
  /** By name in lower case. */
  readonly subkeys: Map<string, Key>;
  /** The values as they were last asked for: the same few are, all the time. Gone with the next change. */
  listed: ReadonlyMap<string, RegistryValue> | undefined;
}

const HIVES = ['HKEY_LOCAL_MACHINE', 'HKEY_USERS'];

/** An empty registry. */
export function registryTree(): Registry {
  const root = emptyKey('');
  for (const hive of HIVES) root.subkeys.set(hive.toLowerCase(), emptyKey(hive));
  let state = {};

  const find = (path: string): Key | undefined => {
    let key: Key | undefined = root;
    for (const { folded } of keyNames(path)) key = key?.subkeys.get(folded);
    return key;
  };
  const make = (path: string): Key => {
    state = {};
    let key = root;
    for (const { name, folded } of keyNames(path)) {
      let next = key.subkeys.get(folded);
      if (!next) {
        next = emptyKey(name);
        key.subkeys.set(folded, next);
      }
      key = next;
    }
    return key;
  };

  return {
    values(path) {
      const key = find(path);
      if (key) key.listed ??= new Map([...key.values.values()].map(({ name, value }) => [name, value]));
      return key?.listed;
    },
    subkeys(path) {
      const key = find(path);
      return key && [...key.subkeys.values()].map(({ name }) => name).sort();
    },
    makeKey(path) {
      make(path);
    },
    setValue(path, name, value) {
      const key = make(path);
      const { values } = key;
      key.listed = undefined;
      const spelled = values.get(name.toLowerCase())?.name ?? name;
      values.set(name.toLowerCase(), { name: spelled, value });
    },
    deleteValue(path, name) {
      state = {};
      const key = find(path);
      if (key?.values.delete(name.toLowerCase())) key.listed = undefined;
    },
    deleteKey(path) {
      state = {};
      const names = keyNames(path);
      const above = names.slice(0, -1).map(({ name }) => name);
      if (names.length === 1) throw new Error(`a hive cannot be deleted: ${path}`);
      find(above.join('\\'))?.subkeys.delete(names.at(-1)?.folded ?? '');
    },
    state: () => state,
  };
}

function emptyKey(name: string): Key {
  return { name, values: new Map(), subkeys: new Map(), listed: undefined };
}

/** Each with the form in which names are compared. */
const keyNames = remembered((path): readonly { readonly name: string; readonly folded: string }[] => {
  const names = path.split('\\').filter((name) => name !== '');
  if (!HIVES.some((hive) => hive === names[0]?.toUpperCase()))
    throw new Error(`not a registry key of the lab: ${path}`);
  return names.map((name) => ({ name, folded: name.toLowerCase() }));
}, 512);

/** The file's shape: key -> value name -> value. Data are hex digits. */
type Written = Record<string, Record<string, { readonly type: RegistryValue['type']; readonly hex: string }>>;

/**
 * The registry as JSON, keys in the order of the tree. A key that only leads to others has no line of its own.
 * Value names that look like numbers come first when read again: JSON objects sort them so.
 */
export function writeRegistry(registry: Registry): string {
  const written: [string, Written[string]][] = [];
  const visit = (key: string) => {
    const values = [...(registry.values(key) ?? [])];
    const subkeys = registry.subkeys(key) ?? [];
    if (values.length > 0 || subkeys.length === 0) {
      written.push([
        key,
        Object.fromEntries(values.map(([name, { type, data }]) => [name, { type, hex: data.toString('hex') }])),
      ]);
    }
    for (const name of subkeys) visit(`${key}\\${name}`);
  };
  for (const hive of HIVES) visit(hive);
  return `${JSON.stringify(Object.fromEntries(written), null, 2)}\n`;
}

/** Reads what `writeRegistry` wrote; throws a SyntaxError or TypeError for anything else. */
export function readRegistry(text: string): Registry {
  const registry = registryTree();
  for (const [key, values] of Object.entries(JSON.parse(text) as Written)) {
    registry.makeKey(key);
    for (const [name, { type, hex }] of Object.entries(values)) {
      registry.setValue(key, name, { type, data: Buffer.from(hex, 'hex') });
    }
  }
  return registry;
}
