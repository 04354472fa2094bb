// What is read again by every program and every connection, and seldom changes: the configuration, the registry, a key.

import type { Registry } from './registry/registry.ts';

/** A reader of text that keeps what it made of the latest few. Whoever gets it shares it, and must not change it. */
export function remembered<Read>(read: (text: string) => Read, most = 16): (text: string) => Read {
  // Two halves, so that nothing is moved for a text that is asked for all the time: what nobody has asked for since the
  // newer half began goes with the older one.
  let newer = new Map<string, Read>();
  let older = newer;
  return (text) => {
    const kept = newer.get(text);
    if (kept !== undefined) return kept;
    const made = older.get(text) ?? read(text);
    if (newer.size >= most / 2) {
      older = newer;
      newer = new Map();
    }
    newer.set(text, made);
    return made;
  };
}

/** A reader of a part of the registry, by its name, that reads it again only where the registry has changed. Shared as well. */
export function ofRegistry<Read>(read: (registry: Registry, part: string) => Read): typeof read {
  const kept = new WeakMap<object, Map<string, Read>>();
  return (registry, part) => {
    const state = registry.state?.();
    if (state === undefined) return read(registry, part);
    const made = kept.get(state) ?? new Map<string, Read>();
    if (!made.has(part)) made.set(part, read(registry, part));
    kept.set(state, made);
    return made.get(part) as Read;
  };
}
