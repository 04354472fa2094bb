// The one instance of our DSC resource, this server, as DSC hands it in and gets it back: one schema for the reader, for the
// manifest beside the .exe, and for docs/schemas.

import * as v from 'valibot';
import { fail, ok, type Result } from '../model/result.ts';

const text = v.string();
const about = <Schema extends v.GenericSchema>(schema: Schema, words: string) => v.pipe(schema, v.description(words));
const list = <Item extends v.GenericSchema>(item: Item, words: string) =>
  v.optional(about(v.pipe(v.array(item), v.readonly()), words));

const ONE_OBJECT = 'it must be one JSON object';

/** The instance, for the playbooks of these ids. What is read only may stand there, as an export has it, and is passed over. */
export const dscInstance = (ids: readonly string[]) =>
  v.strictObject(
    {
      verdict: v.optional(
        about(
          v.picklist(['healthy', 'faulty', 'unknown'], 'must be healthy'),
          'How the HTTPS of the server is; healthy alone can be wished for.',
        ),
        'healthy',
      ),
      risk: v.optional(
        about(
          v.picklist(['safe', 'disruptive'], 'must be safe or disruptive'),
          'Repairs up to this risk are made, as by fix --yes.',
        ),
        'safe',
      ),
      only: v.optional(
        about(
          v.pipe(v.array(v.picklist(ids, 'is no playbook'), 'must be a list of playbooks'), v.readonly()),
          'These playbooks alone; none: all of them.',
        ),
        [],
      ),
      findings: list(
        v.object({ id: text, playbook: text, severity: text, says: text }),
        'What is wrong, as check --json has it.',
      ),
      notChecked: list(v.object({ what: text, why: text }), 'What could not be read or judged.'),
      _inDesiredState: v.optional(v.nullable(v.boolean())),
    },
    ONE_OBJECT,
  );

/** What is wished for. */
export type DscInstance = v.InferOutput<ReturnType<typeof dscInstance>>;

/** How it is. */
export type DscState = Required<Omit<DscInstance, '_inDesiredState'>>;

/** Of a hostile name no more is said back. */
const MOST_SAID = 200;

/** Reads what DSC has put on stdin; the error is one clause, however long what is wrong is. */
export function readDscInstance(bytes: Uint8Array, ids: readonly string[]): Result<DscInstance> {
  const json = parsed(
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
  );
  if (json === undefined) return fail('it is not JSON');
  // A list has no missing keys, and so would pass for an object that wishes for nothing.
  if (Array.isArray(json)) return fail(ONE_OBJECT);
  const read = v.safeParse(dscInstance(ids), json);
  if (read.success)
    return read.output.verdict === 'healthy' ? ok(read.output) : fail('"verdict" can be wished for as healthy alone');
  const [issue] = read.issues;
  const path = v.getDotPath(issue);
  const what = issue.expected === 'never' ? 'is no property' : issue.message;
  return fail(path === null ? what : `"${path.slice(0, MOST_SAID)}" ${what.slice(0, MOST_SAID)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
