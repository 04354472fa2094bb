// Work that is done once, however many playbooks ask: evidence and its lists never change.

/** A function of one object that remembers its answer for as long as the object lives. */
export function once<Subject extends object, Answer>(work: (subject: Subject) => Answer): (subject: Subject) => Answer {
  const answers = new WeakMap<Subject, { readonly answer: Answer }>();
  return (subject) => {
    const existing = answers.get(subject);
    if (existing !== undefined) return existing.answer;
    const answer = work(subject);
    answers.set(subject, { answer });
    return answer;
  };
}

/** The items by a key; items with the same key in their order. */
export function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
