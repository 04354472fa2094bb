// A document that another server has sent: outside data, read by one schema. Fields that it does not name may be there, and are
// not looked at; one that it names and that says something else makes the whole document one that is not understood.

import * as v from 'valibot';
import { consoleText } from '../formats/console/console-text.ts';
import { littleEndian } from '../formats/console/utf16.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { MOST_PARTS } from './limits.ts';

const text = v.string();
const time = v.pipe(
  text,
  v.check(
    (value) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value)),
    'it is no time in UTC',
  ),
);
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const few = v.optional;

const server = v.object({ computer: few(text), machineGuid: few(text), osBuild: few(whole), edition: few(text) });

const link = v.object({
  name: text,
  state: v.picklist(['ok', 'note', 'warning', 'broken', 'unknown', 'skipped']),
  says: text,
  source: few(text),
});

const chain = v.object({
  site: v.object({ name: text }),
  binding: v.object({ protocol: text, information: text }),
  certificate: few(v.object({ thumbprint: text, subject: text, notAfter: time })),
  links: v.pipe(v.array(link), v.length(6)),
});

const blocked = v.object({ why: text, who: few(text) });

const finding = v.object({
  playbook: text,
  subject: text,
  severity: v.picklist(['broken', 'warning', 'note']),
  says: text,
  code: few(text, ''),
  repair: few(
    v.object({
      title: few(text),
      risk: few(text),
      steps: few(v.array(v.object({ title: text, shown: text })), []),
      blocked: few(blocked),
    }),
  ),
});

const check = v.object({
  schema: v.literal(1),
  version: few(text),
  server: few(server, {}),
  collectedAt: time,
  summary: few(v.object({ says: text })),
  verdict: v.picklist(['healthy', 'faulty', 'unknown']),
  chains: v.array(chain),
  findings: v.array(finding),
  notChecked: v.array(v.object({ what: text, why: text })),
  exitCode: few(whole),
});

/** One look at a server, by whatever version of this program. */
export type SentDocument = v.InferOutput<typeof check>;

/** The document in a file as it was sent: UTF-8 or UTF-16, with a byte order mark or without; or, in one clause, why there is none. */
export function readSent(bytes: Uint8Array): Result<SentDocument> {
  if (bytes.length === 0) return fail('it is empty');
  if (partsOf(bytes) > MOST_PARTS) return fail('it has more parts than any document of ours');
  let parsed: unknown;
  try {
    parsed = JSON.parse(consoleText(littleEndian(bytes)));
  } catch {
    return fail('it is no JSON, or cut off');
  }
  return sentDocument(parsed);
}

/** So many at most: brackets in a text are counted too. */
function partsOf(bytes: Uint8Array): number {
  let parts = 0;
  for (const byte of bytes) if (byte === 0x5b || byte === 0x7b) parts += 1;
  return parts;
}

/** The look that parsed JSON tells of: that of a check, or the second one of a fix. */
export function sentDocument(parsed: unknown): Result<SentDocument> {
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return fail('it is no document of ours');
  if ('notReached' in parsed) return fail('the server was not reached, says whoever gathered these');
  if (!('schema' in parsed)) return fail('it is no document of ours: it has no schema');
  if (parsed.schema !== 1) return fail('its schema is not 1');
  const isFix = 'plans' in parsed && 'after' in parsed;
  if (isFix && parsed.after === null) return fail('a fix that did not look again: send what check --json says');
  if (!isFix && !('chains' in parsed)) return fail('it has no chains: send what check --json says');
  const judged = v.safeParse(check, isFix ? parsed.after : parsed, { abortEarly: true });
  if (!judged.success) return fail(wrongField(judged.issues[0]));
  // The second look may be healthy where something else was left undone: the exit code of the whole fix says that.
  const ended = isFix && 'exitCode' in parsed ? v.safeParse(whole, parsed.exitCode) : undefined;
  if (ended?.success === false) return fail('its exitCode is no number');
  return ok(ended === undefined ? judged.output : { ...judged.output, exitCode: ended.output });
}

/** Without what stands there: that is the sender's. */
function wrongField(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => String(key));
  return `its ${path.slice(0, 6).join('.') || 'content'} is not what it should be`;
}
