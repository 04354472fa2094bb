// What is read again by every program and every connection, and seldom changes: the configuration, the registry, a key.

/** A reader of text that keeps what it made of the latest few. Whoever gets it shares it, and must not change it. */
export function remembered<Read>(read: (text: string) => Read, most = 16): (text: string) => Read {
  const kept = new Map<string, Read>();
  return (text) => {
    const made = kept.has(text) ? (kept.get(text) as Read) : read(text);
    // The one that was asked for the longest ago goes first.
    kept.delete(text);
    kept.set(text, made);
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
    return made;
  };
}
