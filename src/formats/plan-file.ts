// A saved plan: JSON with a schema version and a checksum, so that what is applied is what was reviewed. The checksum
// finds an edit; it is no signature, and who can write the file can also write its checksum.

import * as v from 'valibot';
import { malformed, type Parsed, parsed } from '../model/parsed.ts';
import type { Plan } from '../model/plan.ts';
import { checksum } from '../own-files/checksum.ts';
import { planSchema } from '../own-files/plan-schema.ts';

/** What a saved plan says beside its plans. */
export interface PlanFileMeta {
  /** The program that made it. */
  readonly version: string;
  /** ISO 8601: when the evidence was collected. */
  readonly collectedAt: string;
  /** NetBIOS name and MachineGuid of the server, where the evidence has them. */
  readonly computer?: string;
  readonly machineGuid?: string;
  /** Whose elevated session it takes, where a key opens for one user only. */
  readonly session?: { readonly sid: string; readonly name: string };
}

/** A saved plan, read back. */
export interface PlanFile extends PlanFileMeta {
  readonly plans: readonly Plan[];
}

const SCHEMA = 1;

const text = v.string();
const shape = v.strictObject({
  schema: v.literal(SCHEMA),
  checksum: v.pipe(text, v.regex(/^sha256:[0-9a-f]{64}$/)),
  version: text,
  collectedAt: text,
  computer: v.exactOptional(text),
  machineGuid: v.exactOptional(text),
  session: v.exactOptional(v.strictObject({ sid: text, name: text })),
  plans: v.array(planSchema),
});

/** UTF-8 with line breaks, to be read by people too. */
export function writePlanFile(plans: readonly Plan[], meta: PlanFileMeta): Uint8Array {
  const content = { schema: SCHEMA, ...meta, plans };
  return Buffer.from(`${JSON.stringify({ ...content, checksum: checksum(content) }, null, 2)}\n`);
}

/** Refuses another version, a file that was edited, and anything that is no plan of this program. */
export function readPlanFile(bytes: Uint8Array): Parsed<PlanFile> {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return malformed('the file is not JSON');
  }
  if (typeof document !== 'object' || document === null || !('schema' in document) || !('checksum' in document))
    return malformed('the file is not a saved plan');
  if (document.schema !== SCHEMA)
    return malformed(`the file has schema version ${JSON.stringify(document.schema)}; this program reads ${SCHEMA}`);
  const { checksum: told, ...content } = document;
  if (told !== checksum(content)) return malformed('the file was edited after it was saved: its checksum does not fit');
  const checked = v.safeParse(shape, document);
  if (!checked.success) return malformed('the file is not a saved plan of this program');
  const { schema: _schema, checksum: _checksum, ...file } = checked.output;
  return parsed(file);
}
