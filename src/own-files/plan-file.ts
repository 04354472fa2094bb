// A file of saved plans: JSON with a schema version and a checksum, so that what is applied is what was reviewed. The checksum
// finds an edit; it is no signature, and who can write the file can also write its checksum.

import * as v from 'valibot';
import { SEVERITIES } from '../model/repair/finding.ts';
import { HANDS } from '../model/repair/plan.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { checksum } from './checksum.ts';

const SCHEMA = 2;

const text = v.string();
const list = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.readonly());
const texts = list(text);
const sha256 = v.pipe(text, v.regex(/^sha256:[0-9a-f]{64}$/));

const finding = v.strictObject({
  playbook: text,
  id: text,
  subject: text,
  severity: v.picklist(SEVERITIES),
  says: text,
  breaks: v.exactOptional(text),
  facts: list(v.strictObject({ name: text, value: text, source: text })),
  endpoints: texts,
});

const savedPlan = v.strictObject({
  finding,
  title: text,
  risk: v.picklist(['safe', 'disruptive', 'manual']),
  through: v.exactOptional(v.picklist(HANDS)),
  covers: texts,
  effects: texts,
  before: v.record(text, text),
  digest: sha256,
  steps: list(v.strictObject({ title: text, shown: text, undo: text })),
});

const content = {
  version: text,
  collectedAt: text,
  computer: v.exactOptional(text),
  machineGuid: v.exactOptional(text),
  session: v.exactOptional(v.strictObject({ sid: text, name: text })),
  correct: v.boolean(),
  through: v.exactOptional(v.picklist(HANDS)),
  host: v.strictObject({ netshAdds: v.boolean(), netshUpdates: v.boolean(), osBuild: v.boolean() }),
  plans: list(savedPlan),
};

/** The document: the one schema that the reader and docs/schemas/plan.schema.json come from. */
export const planFileSchema = v.strictObject({
  schema: v.literal(SCHEMA),
  checksum: sha256,
  ...content,
});

/** One plan as a file keeps it: what was reviewed, and the digest of what will be made again. */
export type SavedPlan = v.InferOutput<typeof savedPlan>;

/**
 * The content. `version`: the program that made it; `collectedAt`: ISO 8601; `computer`, `machineGuid`: the server, where
 * the evidence has them; `session`: whose elevated session it takes, where a key opens for one user only; `correct`,
 * `through` and `host`: how it was planned, and what of the host was known then.
 */
export type PlanFile = Omit<v.InferOutput<typeof planFileSchema>, 'schema' | 'checksum'>;

/** UTF-8 with line breaks, to be read by people too. */
export function writePlanFile(file: PlanFile): Uint8Array {
  const document = { schema: SCHEMA, ...file };
  return Buffer.from(`${JSON.stringify({ ...document, checksum: checksum(document) }, null, 2)}\n`);
}

/** Refuses another version, a file that was edited, and anything that is no plan of this program. */
export function readPlanFile(bytes: Uint8Array): Result<PlanFile> {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail('the file is not JSON');
  }
  if (typeof document !== 'object' || document === null || !('schema' in document) || !('checksum' in document))
    return fail('the file is not a saved plan');
  if (document.schema !== SCHEMA)
    return fail(`the file has schema version ${JSON.stringify(document.schema)}; this program reads ${SCHEMA}`);
  const { checksum: told, ...rest } = document;
  if (told !== checksum(rest)) return fail('the file was edited after it was saved: its checksum does not fit');
  const checked = v.safeParse(planFileSchema, document);
  if (!checked.success) return fail('the file is not a saved plan of this program');
  const { schema: _schema, checksum: _checksum, ...file } = checked.output;
  return ok(file);
}
