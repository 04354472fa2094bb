import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryDisk } from '../../src/lab/disk/memory-disk.ts';
import { LAB_FACTS, LAB_REGISTRY, NotALab, openLab } from '../../src/lab/open.ts';
import type { RegistryValue } from '../../src/lab/registry/registry.ts';
import { readRegistry, registryTree, writeRegistry } from '../../src/lab/registry/registry-tree.ts';
import { findValue, numberOf, numberValue, textOf, textValue } from '../../src/lab/registry/registry-values.ts';
import { smallLab } from '../support/small-lab.ts';

describe('openLab', () => {
  it('says what is missing or wrong', () => {
    const disk = memoryDisk();
    expect(() => openLab(disk)).toThrow(NotALab);
    disk.write(LAB_FACTS, Buffer.from('{"formatVersion":2}'));
    disk.write(LAB_REGISTRY, Buffer.from('{}'));
    expect(() => openLab(disk)).toThrow(/lab\.json: formatVersion is 2/);
    const { disk: broken } = smallLab();
    broken.write(LAB_REGISTRY, Buffer.from('{"HKCU":{}}'));
    expect(() => openLab(broken)).toThrow(/registry\.json/);
  });

  it('writes only what changed', () => {
    const { disk, facts } = smallLab();
    // Not our own layout: a save that changes nothing in it leaves it alone.
    disk.write(LAB_FACTS, Buffer.from(JSON.stringify(facts)));
    const before = disk.clone();
    openLab(disk).save();
    expect(disk.files()).toEqual(before.files());

    const lab = openLab(disk);
    lab.facts.clock = '2026-02-02T00:00:00.000Z';
    lab.save();
    expect(disk.read(LAB_REGISTRY)).toEqual(before.read(LAB_REGISTRY));
    expect(openLab(disk).facts).toEqual({ ...facts, clock: '2026-02-02T00:00:00.000Z' });
  });
});

const name = fc.constantFrom('Alpha', 'ALPHA', 'beta', 'Gamma x', '__proto__', '');
const keyName = fc.constantFrom('Alpha', 'ALPHA', 'beta', '__proto__');
const value: fc.Arbitrary<RegistryValue> = fc.record({
  type: fc.constantFrom('REG_SZ' as const, 'REG_BINARY' as const, 'REG_DWORD' as const),
  data: fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
});

describe('the registry', () => {
  it('reads what it writes', () => {
    const entry = fc.record({ keys: fc.array(keyName, { maxLength: 3 }), name, value, remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
        const registry = registryTree();
        for (const { keys, name, value, remove } of entries) {
          const key = ['HKEY_LOCAL_MACHINE', ...keys].join('\\');
          if (remove && keys.length > 0) registry.deleteKey(key);
          else registry.setValue(key, name, value);
        }
        const text = writeRegistry(registry);
        expect(writeRegistry(readRegistry(text))).toBe(text);
      }),
    );
  });

  it('compares names without regard to case and keeps the first spelling', () => {
    const registry = registryTree();
    registry.setValue('HKEY_LOCAL_MACHINE\\Software\\X', 'Name', textValue('a'));
    registry.setValue('hkey_local_machine\\SOFTWARE\\x', 'NAME', textValue('b'));
    expect(registry.subkeys('HKEY_LOCAL_MACHINE')).toEqual(['Software']);
    expect([...(registry.values('HKEY_LOCAL_MACHINE\\software\\x') ?? [])]).toEqual([['Name', textValue('b')]]);
    expect(textOf(findValue(registry, 'HKEY_LOCAL_MACHINE\\SOFTWARE\\X', 'name')!)).toBe('b');
    expect(numberOf(numberValue(0xfffffffe))).toBe(0xfffffffe);
    registry.deleteKey('HKEY_LOCAL_MACHINE\\SOFTWARE');
    expect(registry.values('HKEY_LOCAL_MACHINE\\Software\\X')).toBeUndefined();
  });
});
