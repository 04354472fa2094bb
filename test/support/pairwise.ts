// Few combinations in which every two answers of every two questions meet (a pairwise covering array, made greedily).

/** One answer to each question, by its name. */
export type Combination = Readonly<Record<string, string>>;

/** Every pair of answers is in at least one of them; the same list each time. */
export function pairwise(questions: Readonly<Record<string, readonly string[]>>): readonly Combination[] {
  const names = Object.keys(questions);
  const open = new Set(
    names.flatMap((a, at) =>
      names.slice(at + 1).flatMap((b) => pairs(questions, a, b).map(([x, y]) => pairKey(a, x, b, y))),
    ),
  );
  const combinations: Combination[] = [];
  while (open.size > 0) {
    const next = grow(questions, names, open);
    for (const key of pairsOf(next)) open.delete(key);
    combinations.push(next);
  }
  return combinations;
}

function pairs(questions: Readonly<Record<string, readonly string[]>>, a: string, b: string) {
  return (questions[a] ?? []).flatMap((x) => (questions[b] ?? []).map((y) => [x, y] as const));
}

const pairKey = (a: string, x: string, b: string, y: string): string => [a, x, b, y].join('\n');

/** Begins with a pair that is open, and gives every other question the answer that closes most. */
function grow(
  questions: Readonly<Record<string, readonly string[]>>,
  names: readonly string[],
  open: ReadonlySet<string>,
): Combination {
  const [first = ''] = open;
  const [a = '', x = '', b = '', y = ''] = first.split('\n');
  const chosen: Record<string, string> = { [a]: x, [b]: y };
  for (const name of names.filter((each) => !(each in chosen))) {
    const gain = (answer: string) =>
      pairsOf(sorted(names, { ...chosen, [name]: answer })).filter((key) => open.has(key));
    const answers = (questions[name] ?? []).map((answer) => [gain(answer).length, answer] as const);
    chosen[name] = answers.reduce((best, each) => (each[0] > best[0] ? each : best))[1];
  }
  return sorted(names, chosen);
}

const sorted = (names: readonly string[], chosen: Combination): Combination =>
  Object.fromEntries(names.flatMap((name) => (chosen[name] === undefined ? [] : [[name, chosen[name]]])));

function pairsOf(combination: Combination): readonly string[] {
  const all = Object.entries(combination);
  return all.flatMap(([a, x], at) => all.slice(at + 1).map(([b, y]) => pairKey(a, x, b, y)));
}
