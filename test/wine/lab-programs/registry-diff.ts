// What changed in a part of a registry, as a file that reg.exe imports.

import { utf16WithMark } from '../../../src/lab/disk/text-file.ts';
import type { Registry, RegistryValue } from '../../../src/lab/registry/registry.ts';

/** A part of a registry at one moment: by key, by value name. */
export type Snapshot = ReadonlyMap<string, ReadonlyMap<string, RegistryValue>>;

/** The key and all below it; empty where there is no such key. */
export function snapshotOf(registry: Registry, key: string): Snapshot {
  const values = registry.values(key);
  if (values === undefined) return new Map();
  const below = (registry.subkeys(key) ?? []).flatMap((name) => [...snapshotOf(registry, `${key}\\${name}`)]);
  return new Map([[key, values] as const, ...below]);
}

const TYPE_NUMBERS: Readonly<Record<RegistryValue['type'], string>> = {
  REG_SZ: '1',
  REG_EXPAND_SZ: '2',
  REG_BINARY: '3',
  REG_DWORD: '4',
  REG_MULTI_SZ: '7',
  REG_QWORD: 'b',
};

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
const nameOf = (name: string): string => (name === '' ? '@' : quoted(name));
const line = (name: string, { type, data }: RegistryValue): string =>
  `${nameOf(name)}=hex(${TYPE_NUMBERS[type]}):${[...data].map((byte) => byte.toString(16).padStart(2, '0')).join(',')}`;
const same = (one: RegistryValue, other: RegistryValue | undefined): boolean =>
  one.type === other?.type && one.data.equals(other.data);

/** The file's bytes; undefined where nothing changed. */
export function registryChanges(before: Snapshot, after: Snapshot): Buffer | undefined {
  const gone = [...before.keys()].filter((key) => !after.has(key)).map((key) => [`[-${key}]`, '']);
  const kept = [...after].map(([key, values]) => {
    const old = before.get(key) ?? new Map<string, RegistryValue>();
    const removed = [...old.keys()].filter((name) => !values.has(name)).map((name) => `${nameOf(name)}=-`);
    const set = [...values].filter(([name, value]) => !same(value, old.get(name)));
    const lines = [...removed, ...set.map(([name, value]) => line(name, value))];
    return lines.length === 0 && before.has(key) ? [] : [`[${key}]`, ...lines, ''];
  });
  const lines = [...gone, ...kept].flat();
  if (lines.length === 0) return undefined;
  return utf16WithMark(['Windows Registry Editor Version 5.00', '', ...lines].map((each) => `${each}\r\n`).join(''));
}
