// The XPath subset of the Windows event log, as far as the lab needs it: one step that selects events, with predicates of
// child and attribute paths, comparisons, `and`, `or`, and timediff. Everything else is an invalid query, as string
// functions are in the real one ("Consuming Events", Windows Event Log documentation).

import type { XmlElement } from '../../tasks/xml-elements.ts';

/** Decides whether an event is selected. `now` in milliseconds since 1970, for timediff. */
export type EventFilter = (event: XmlElement, now: number) => boolean;

/** A condition on one element. */
type Condition = (element: XmlElement, now: number) => boolean;
/** What a path or a number has to offer a comparison: several values, one of which must fit. */
type Operand = (element: XmlElement, now: number) => readonly (string | number)[];

class InvalidQuery extends Error {}

/** Compiles a query; undefined: the event log would call it invalid. An absent query or `*` selects all. */
export function parseEventQuery(query: string): EventFilter | undefined {
  const tokens = tokenize(query);
  if (!tokens) return undefined;
  try {
    return eventStep(tokens);
  } catch (error) {
    if (error instanceof InvalidQuery) return undefined;
    throw error;
  }
}

/** The tokens still to be read. */
interface Tokens {
  readonly list: readonly string[];
  next: number;
}

const TOKEN = /\s*('[^']*'|"[^"]*"|<=|>=|!=|[[\]()=<>@/*,]|\d+|[A-Za-z_][\w.-]*)/y;

function tokenize(query: string): Tokens | undefined {
  const list: string[] = [];
  const text = query.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match?.[1]) return undefined;
    list.push(match[1]);
  }
  return { list, next: 0 };
}

const peek = (tokens: Tokens): string | undefined => tokens.list[tokens.next];

function accept(tokens: Tokens, wanted: string): boolean {
  if (peek(tokens) !== wanted) return false;
  tokens.next++;
  return true;
}

function expect(tokens: Tokens, wanted: string): void {
  if (!accept(tokens, wanted)) throw new InvalidQuery();
}

function name(tokens: Tokens): string {
  const token = peek(tokens);
  if (!token || !/^[A-Za-z_]/.test(token)) throw new InvalidQuery();
  tokens.next++;
  return token;
}

/** `*[...]` or `Event[...]`, with nothing behind it. */
function eventStep(tokens: Tokens): EventFilter {
  if (!accept(tokens, '*') && name(tokens) !== 'Event') throw new InvalidQuery();
  const conditions = predicates(tokens);
  if (tokens.next < tokens.list.length) throw new InvalidQuery();
  return (event, now) => conditions.every((holds) => holds(event, now));
}

function predicates(tokens: Tokens): readonly Condition[] {
  const conditions: Condition[] = [];
  while (accept(tokens, '[')) {
    conditions.push(anyOf(tokens));
    expect(tokens, ']');
  }
  return conditions;
}

function anyOf(tokens: Tokens): Condition {
  const conditions = [allOf(tokens)];
  while (accept(tokens, 'or')) conditions.push(allOf(tokens));
  return (element, now) => conditions.some((holds) => holds(element, now));
}

function allOf(tokens: Tokens): Condition {
  const conditions = [condition(tokens)];
  while (accept(tokens, 'and')) conditions.push(condition(tokens));
  return (element, now) => conditions.every((holds) => holds(element, now));
}

function condition(tokens: Tokens): Condition {
  if (accept(tokens, '(')) {
    const inner = anyOf(tokens);
    expect(tokens, ')');
    return inner;
  }
  const left = operand(tokens);
  const operator = peek(tokens);
  if (!operator || !(operator in COMPARE)) return (element, now) => left(element, now).length > 0;
  tokens.next++;
  const compare = COMPARE[operator as keyof typeof COMPARE];
  const right = literal(tokens);
  return (element, now) => left(element, now).some((value) => fits(value, right, compare));
}

const COMPARE = {
  '=': (order: number) => order === 0,
  '!=': (order: number) => order !== 0,
  '<': (order: number) => order < 0,
  '<=': (order: number) => order <= 0,
  '>': (order: number) => order > 0,
  '>=': (order: number) => order >= 0,
};

/** Numbers are compared as numbers, also where the event holds their text. */
function fits(value: string | number, wanted: string | number, compare: (order: number) => boolean): boolean {
  if (typeof wanted === 'string') return compare(String(value) === wanted ? 0 : String(value) < wanted ? -1 : 1);
  const number = value === '' ? Number.NaN : Number(value);
  return !Number.isNaN(number) && compare(number - wanted);
}

function literal(tokens: Tokens): string | number {
  const token = peek(tokens) ?? '';
  tokens.next++;
  if (/^\d+$/.test(token)) return Number(token);
  if (/^['"]/.test(token)) return token.slice(1, -1);
  throw new InvalidQuery();
}

/** `timediff(@SystemTime)`: milliseconds from then until now; or a path. */
function operand(tokens: Tokens): Operand {
  if (peek(tokens) !== 'timediff') return path(tokens);
  tokens.next++;
  expect(tokens, '(');
  const time = path(tokens);
  expect(tokens, ')');
  return (element, now) => time(element, now).map((value) => now - Date.parse(String(value)));
}

/** `@Name`, `System/EventID`, `Provider[...]`: the values found, the text of an element or of an attribute. */
function path(tokens: Tokens): Operand {
  if (accept(tokens, '@')) {
    const attribute = name(tokens);
    return (element) => [element.attributes.get(attribute)].filter((value) => value !== undefined);
  }
  const any = accept(tokens, '*');
  const wanted = any ? '' : name(tokens);
  if (peek(tokens) === '(') throw new InvalidQuery();
  const conditions = predicates(tokens);
  const rest = accept(tokens, '/') ? path(tokens) : undefined;
  return (element, now) =>
    element.children
      .filter((child) => (any || child.name === wanted) && conditions.every((holds) => holds(child, now)))
      .flatMap((child) => (rest ? rest(child, now) : [child.text]));
}
