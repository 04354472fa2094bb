// A journal entry as it is stored: JSON with a checksum, read by a schema before anything acts on it.

import * as v from 'valibot';
import { findingDocument } from '../model/repair/finding.ts';
import type { JournalEntry } from '../model/run/journal.ts';
import { STEP_OUTCOMES, VERDICTS } from '../model/run/outcome.ts';
import { exitCodeOf, RECORDED_OUTCOMES } from '../model/run/run-outcome.ts';
import type { Places } from '../model/server/evidence.ts';
import { checksum } from './checksum.ts';
import { foreignAction } from './foreign-action.ts';
import { planSchema } from './plan-schema.ts';

/** 1: entries without a checksum. */
const FORMAT_VERSIONS = [1, 2];

/** More than the plan of a server with thousands of bindings takes. */
const MOST_BYTES = 16 * 1024 * 1024;

const text = v.string();
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(
  text,
  v.check((value) => new Date(value).toJSON() === value),
);
const about = { plan: count, step: count };
const detail = v.exactOptional(text);

const entry = v.variant('kind', [
  v.strictObject({
    kind: v.literal('run'),
    formatVersion: v.picklist([1, 2]),
    id: text,
    startedAt: time,
    identity: v.strictObject({
      sid: text,
      name: text,
      elevated: v.boolean(),
      logon: v.exactOptional(v.picklist(['network', 'batch'])),
    }),
    version: text,
  }),
  v.strictObject({ kind: v.literal('plan'), plan: count, content: planSchema }),
  v.strictObject({ kind: v.literal('begin'), ...about, shown: text, undo: text }),
  v.strictObject({
    kind: v.literal('end'),
    ...about,
    outcome: v.picklist(STEP_OUTCOMES),
    detail,
  }),
  v.strictObject({ kind: v.literal('undo-begin'), ...about, shown: text }),
  v.strictObject({ kind: v.literal('undo-end'), ...about, outcome: v.picklist(['undone', 'undo-failed']), detail }),
  v.strictObject({
    kind: v.literal('plan-end'),
    plan: count,
    verdict: v.picklist(VERDICTS),
  }),
  v.strictObject({ kind: v.literal('closed'), at: time, outcome: v.picklist(RECORDED_OUTCOMES) }),
  // Of version 1, which has the number alone.
  v.pipe(
    v.strictObject({ kind: v.literal('closed'), at: time, exitCode: v.picklist(RECORDED_OUTCOMES.map(exitCodeOf)) }),
    v.transform(({ exitCode, ...entry }) => ({
      ...entry,
      outcome: RECORDED_OUTCOMES.find((end) => exitCodeOf(end) === exitCode) ?? 'unknown',
    })),
  ),
]);

/** What a file of a journal holds. `torn`: no whole JSON, as a crash leaves it. `sealed`: its checksum fits. */
export type EntryRead =
  | { readonly is: 'entry'; readonly entry: JournalEntry; readonly sealed: boolean }
  | { readonly is: 'torn' }
  | { readonly is: 'foreign'; readonly why: string };

/** UTF-8 with line breaks, to be read by people too. */
export function writeJournalEntry(entry: JournalEntry): Uint8Array {
  const content =
    entry.kind === 'plan'
      ? { ...entry, content: { ...entry.content, finding: findingDocument(entry.content.finding) } }
      : entry;
  return Buffer.from(`${JSON.stringify({ ...content, checksum: checksum(content) }, null, 2)}\n`);
}

/** Reads a file of a journal of this server. */
export function readJournalEntry(bytes: Uint8Array, places: Places): EntryRead {
  if (bytes.length > MOST_BYTES) return foreign(`is larger than ${MOST_BYTES} bytes`);
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { is: 'torn' };
  }
  if (typeof document !== 'object' || document === null) return foreign('is no entry of a journal');
  const version = 'formatVersion' in document ? document.formatVersion : undefined;
  if (typeof version === 'number' && !FORMAT_VERSIONS.includes(version))
    return foreign(`has format version ${version}, and this program reads ${FORMAT_VERSIONS.join(' and ')}`);
  const sealed = 'checksum' in document;
  const { checksum: told, ...content } = document as { readonly checksum?: unknown };
  if (sealed && told !== checksum(content))
    return foreign('was altered after it was written: its checksum does not fit');
  const checked = v.safeParse(entry, content);
  if (!checked.success) return foreign(`is no entry of a journal${place(v.getDotPath(checked.issues[0]))}`);
  const { output } = checked;
  const why = output.kind === 'plan' ? foreignAction(output.content, places) : undefined;
  return why === undefined
    ? { is: 'entry', entry: output, sealed }
    : foreign(`holds what no plan of ours does: ${why}`);
}

const foreign = (why: string): EntryRead => ({ is: 'foreign', why });

/** Names of the file itself are not repeated where they could be anything. */
const place = (path: string | null): string =>
  path !== null && /^[\w.-]{1,80}$/.test(path) ? `: ${path} is not as it should be` : '';
