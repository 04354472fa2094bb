// config.json, the limits of unattended runs: strict JSON in which every error is named with its line.

import { findNodeAtLocation, type JSONPath, type Node, type ParseError, parseTree } from 'jsonc-parser';
import * as v from 'valibot';
import { decodeText, lineOf } from '../formats/xml/text.ts';
import type { Playbook } from '../model/repair/playbook.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { DEFAULT_POLICY, type Policy, WEEKDAYS } from '../model/run/policy.ts';
import { metricsFile } from './metrics-path.ts';

/** Bytes; what is longer was not written by an administrator. */
const LONGEST = 64 * 1024;

const whole = (least: number, most: number, preset: number, words: string) => {
  const message = `must be a whole number from ${least} to ${most}`;
  const number = v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
  return about(v.optional(number, preset), words);
};

/** What docs/schemas/config.schema.json, which is made of this, says of a setting. */
const about = <Schema extends v.GenericSchema>(schema: Schema, words: string) => v.pipe(schema, v.description(words));

/** A list has no missing keys either, so it is refused first. */
const object = <T extends v.ObjectEntries>(entries: T, message: string) =>
  v.pipe(
    v.custom<object>((input) => typeof input === 'object' && input !== null && !Array.isArray(input), message),
    v.strictObject(entries, message),
  );

const timeOfDay = v.pipe(
  v.string('must be a time such as "22:00"'),
  v.regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time such as "22:00"'),
  v.transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))),
);

const DAYS = `must be a list of days out of ${WEEKDAYS.join(', ')}`;
const window = object(
  {
    days: about(
      v.optional(v.pipe(v.array(v.picklist(WEEKDAYS, DAYS), DAYS), v.minLength(1, DAYS)), [...WEEKDAYS]),
      'The days on which the window begins.',
    ),
    from: about(timeOfDay, "In the server's own time zone."),
    to: about(timeOfDay, 'Before `from`: the window ends on the day after.'),
  },
  'must be an object with "from", "to" and perhaps "days"',
);

const onOrOff = v.optional(v.boolean('must be true or false'));
const switches = (ids: readonly string[]) =>
  object(Object.fromEntries(ids.map((id) => [id, onOrOff])), 'must be an object of playbooks');

/** The document, for the playbooks of these ids. */
export const configSchema = (ids: readonly string[]) =>
  object(
    {
      $schema: v.optional(v.string('must be a text')),
      formatVersion: v.literal(1, 'must be 1'),
      playbooks: about(
        v.optional(switches(ids), {}),
        'false: faults of this playbook are told and never repaired unattended; true: also what is told before anybody is kept out, such as a certificate whose successor waits. Where any is named, those that came later than the first four are off unless they are named.',
      ),
      repairsPerEndpointPerDay: whole(
        1,
        100,
        DEFAULT_POLICY.repairsPerEndpointPerDay,
        'Repairs of one endpoint within 24 hours.',
      ),
      pauseAfterFailureMinutes: whole(
        1,
        1440,
        DEFAULT_POLICY.pauseAfterFailureMinutes,
        'How long a fault is left alone after its first failed repair; doubled after each further one.',
      ),
      longestPauseMinutes: whole(1, 10_080, DEFAULT_POLICY.longestPauseMinutes, 'The pause grows no longer than this.'),
      giveUpAfterFailures: whole(
        1,
        100,
        DEFAULT_POLICY.giveUpAfterFailures,
        'After so many failures in a row a fault is given up.',
      ),
      healthyMinutes: whole(
        0,
        20,
        DEFAULT_POLICY.healthyMinutes,
        'How long all must stay healthy before a repair is told as a success; 0: one look by a fresh process.',
      ),
      maintenanceWindows: about(
        v.optional(
          v.pipe(
            v.array(window, 'must be a list of windows'),
            v.maxLength(100, 'must be a list of at most 100 windows'),
          ),
          [],
        ),
        'Repairs are made inside of these only; an empty list: at any time.',
      ),
      metricsFile: about(
        v.optional(metricsFile),
        'Where every unattended run writes metrics for a textfile collector. The folder must be there, and nobody but administrators may change it.',
      ),
    },
    'must be one JSON object',
  );

/** What is to be known of a playbook to switch it. */
export type Switchable = Pick<Playbook, 'id' | 'founding'>;

/** Reads the file, which may switch these playbooks; the error has one line for each fault, `line 4: "repairsPerEndpointPerDay" must be ...`. */
export function readPolicyFile(bytes: Uint8Array, playbooks: readonly Switchable[]): Result<Policy> {
  if (bytes.length > LONGEST) return fail(`it is longer than ${LONGEST} bytes`);
  const decoded = decodeText(bytes);
  if (!decoded.ok) return decoded;
  // Notepad begins a file with U+FEFF, and JSON knows no such character.
  const text = decoded.value.replace(/^\uFEFF/, '');
  const tree = treeOf(text);
  if (!tree.ok) return tree;
  const doubled = duplicateIn(tree.value);
  if (doubled !== undefined) return fail(`line ${lineOf(text, doubled.offset)}: "${doubled.value}" is there twice`);
  const schema = configSchema(playbooks.map(({ id }) => id));
  const checked = v.safeParse(schema, JSON.parse(text));
  if (checked.success) return ok(policyOf(checked.output, playbooks));
  const faults = checked.issues.map((issue) => {
    const path = (issue.path ?? []).map(({ key }) => key as string | number);
    return `line ${lineOf(text, offsetOf(tree.value, path))}: ${clause(issue, path)}`;
  });
  return fail(faults.join('; '));
}

/** The parser descends once for each bracket, and so a file of brackets alone can exhaust the stack. */
function treeOf(text: string): Result<Node> {
  const errors: ParseError[] = [];
  try {
    const tree = parseTree(text, errors, { disallowComments: true });
    const [first] = errors;
    if (first === undefined && tree !== undefined) return ok(tree);
    return fail(`line ${lineOf(text, first?.offset ?? 0)}: it is not JSON`);
  } catch (error) {
    if (error instanceof RangeError) return fail('line 1: it is nested too deep');
    throw error;
  }
}

/** The first key that stands twice in one object: JSON takes the later one, and a reader may see the earlier. */
function duplicateIn(node: Node): Node | undefined {
  const keys = node.type === 'object' ? (node.children ?? []).flatMap(({ children }) => children?.[0] ?? []) : [];
  const own = keys.find((key, index) => keys.slice(0, index).some(({ value }) => value === key.value));
  if (own !== undefined) return own;
  for (const child of node.children ?? []) {
    const below = duplicateIn(child);
    if (below !== undefined) return below;
  }
  return undefined;
}

/** Where the value stands; where it is missing, where its object begins. */
function offsetOf(tree: Node, path: JSONPath): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node !== undefined) return node.offset;
  }
  return 0;
}

type Issue = v.InferIssue<ReturnType<typeof configSchema>>;

function clause(issue: Issue, path: JSONPath): string {
  const name = path.length === 0 ? 'it' : `"${path.join('.')}"`;
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${name} is no setting`;
  if (issue.type === 'strict_object' && issue.received === 'undefined') return `${name} is missing`;
  return `${name} ${issue.message}`;
}

function policyOf(
  {
    playbooks: named,
    metricsFile: file,
    $schema: _,
    formatVersion: __,
    ...given
  }: v.InferOutput<ReturnType<typeof configSchema>>,
  playbooks: readonly Switchable[],
): Policy {
  const isChosen = Object.keys(named).length > 0;
  const isOn = ({ id, founding }: Switchable) => named[id] ?? (!isChosen || founding === true);
  const ids = (those: readonly Switchable[]) => those.map(({ id }) => id);
  return {
    ...given,
    ...(file !== undefined && { metricsFile: file }),
    off: ids(playbooks.filter((each) => !isOn(each))),
    on: ids(playbooks.filter(({ id }) => named[id] === true)),
  };
}
