// What the lab keeps of what it has read: by the text alone, and not without end.

import { describe, expect, it } from 'vitest';
import { openLab } from '../../src/lab/open.ts';
import { registryTree } from '../../src/lab/registry/registry-tree.ts';
import { textValue } from '../../src/lab/registry/registry-values.ts';
import { ofRegistry, remembered } from '../../src/lab/remembered.ts';
import { smallLab } from '../support/small-lab.ts';

const KEY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Example';

describe('a reader that remembers', () => {
  it('reads the same text once, and another text anew', () => {
    const texts: string[] = [];
    const read = remembered((text) => {
      texts.push(text);
      return { text };
    });
    expect(read('a')).toBe(read('a'));
    expect(read('b')).toEqual({ text: 'b' });
    expect(texts).toEqual(['a', 'b']);
  });

  it('forgets what was asked for the longest ago', () => {
    const texts: string[] = [];
    const read = remembered((text) => texts.push(text), 2);
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) read(text);
    expect(texts).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keeps nothing of a text that cannot be read', () => {
    let tries = 0;
    const read = remembered((text) => {
      tries += 1;
      if (text === 'bad') throw new Error('bad');
    });
    for (const _ of [1, 2]) expect(() => read('bad')).toThrow('bad');
    expect(tries).toBe(2);
  });
});

describe('a reader of the registry that remembers', () => {
  const reader = () => {
    const parts: string[] = [];
    const read = ofRegistry((registry, part) => {
      parts.push(part);
      return registry.values(part)?.size;
    });
    return { parts, read };
  };

  it('reads a part once for each state of the registry, whatever was changed in it', () => {
    const { parts, read } = reader();
    const registry = registryTree();
    const changes = [
      () => registry.makeKey(KEY),
      () => registry.setValue(KEY, 'Name', textValue('one')),
      () => registry.deleteValue(KEY, 'name'),
      () => registry.deleteKey(KEY),
    ];
    const read2 = () => [read(registry, KEY), read(registry, KEY)];
    expect(read2()).toEqual([undefined, undefined]);
    const sizes = changes.map((change) => {
      change();
      return read2();
    });
    expect(sizes).toEqual([
      [0, 0],
      [1, 1],
      [0, 0],
      [undefined, undefined],
    ]);
    expect(parts).toHaveLength(changes.length + 1);
  });

  it('reads each part, and each registry, by itself', () => {
    const { parts, read } = reader();
    const [one, other] = [registryTree(), registryTree()];
    one.makeKey(KEY);
    expect([read(one, KEY), read(other, KEY), read(one, `${KEY}\\Below`)]).toEqual([0, undefined, undefined]);
    expect(parts).toHaveLength(3);
  });

  it('reads every time where others change the registry too', () => {
    const { parts, read } = reader();
    const { state: _, ...foreign } = registryTree();
    for (const _each of [1, 2]) read(foreign, KEY);
    expect(parts).toHaveLength(2);
  });
});

describe('two servers of one registry text', () => {
  it('do not see what the other one changes before it is saved', () => {
    const { disk } = smallLab();
    const [one, other] = [openLab(disk), openLab(disk)];
    one.registry.setValue(KEY, 'Name', textValue('one'));
    expect(one.registry.values(KEY)?.size).toBe(1);
    expect(other.registry.values(KEY)).toBeUndefined();
    expect(openLab(disk).registry.values(KEY)).toBeUndefined();
    one.save();
    expect(openLab(disk).registry.values(KEY)?.size).toBe(1);
    one.registry.deleteKey(KEY);
    expect(openLab(disk).registry.values(KEY)?.size).toBe(1);
    one.save();
    expect(openLab(disk).registry.values(KEY)).toBeUndefined();
  });
});
