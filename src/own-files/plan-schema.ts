// What a plan may be, wherever one is stored: the same closed sets as the model's, checked field by field. A saved plan and
// the journal are both read by it; a test holds that it and the model's types say the same.

import * as v from 'valibot';
import { PROGRAMS } from '../model/repair/command.ts';
import { SEVERITIES } from '../model/repair/finding.ts';
import { HANDS } from '../model/repair/plan.ts';
import { endpointSchema, recordSchema } from './record-schema.ts';

const text = v.string();
const texts = v.array(text);
const number = v.pipe(v.number(), v.safeInteger());
const thumbprint = v.pipe(text, v.regex(/^[0-9A-F]{40}$/));
const sha256 = v.pipe(text, v.regex(/^[0-9a-f]{64}$/));
/** Part of a registry key and an argument of certutil, and never more than one part, or an option. */
const store = v.pipe(text, v.regex(/^[^\s\p{Cc}"\\/[\]-][^\p{Cc}"\\/[\]]{0,99}$/u));

const secret = v.strictObject({ secret: text });
const argument = v.union([text, secret, v.strictObject({ outputFile: v.literal(true) })]);

const command = v.strictObject({
  program: v.picklist(PROGRAMS),
  args: v.array(argument),
});

const through = v.strictObject({
  commands: v.array(command),
  shows: command,
  lines: v.array(v.strictObject({ pattern: text, before: number, after: number })),
});

const edit = v.strictObject({ start: number, end: number, text });

const action = v.variant('kind', [
  v.strictObject({
    kind: v.literal('run'),
    command,
    patient: v.exactOptional(v.literal(true)),
    first: v.exactOptional(command),
  }),
  v.strictObject({ kind: v.literal('make-private-folder'), path: text, command }),
  v.strictObject({ kind: v.literal('copy-file'), from: text, to: text, sha256 }),
  v.strictObject({
    kind: v.literal('edit-file'),
    path: text,
    expect: sha256,
    result: sha256,
    edits: v.array(edit),
    through: v.exactOptional(through),
  }),
  v.strictObject({
    kind: v.literal('restore-file'),
    path: text,
    from: text,
    expect: sha256,
    result: sha256,
    through: v.exactOptional(v.array(command)),
  }),
  v.strictObject({ kind: v.literal('remove-file'), path: text }),
  v.strictObject({ kind: v.literal('write-file'), path: text, bytes: v.pipe(text, v.base64()) }),
  v.strictObject({ kind: v.literal('check-pfx'), path: text, password: secret, thumbprint }),
  v.strictObject({
    kind: v.literal('write-pfx'),
    source: text,
    to: text,
    password: secret,
    thumbprint,
    // Earlier versions wrote how the file was encrypted: a run of theirs that was cut off must still be taken back.
    algorithm: v.exactOptional(v.picklist(['aes256-sha256', '3des-sha1'])),
  }),
  v.strictObject({
    kind: v.literal('keep-store-entry'),
    store,
    thumbprint,
    blob: v.pipe(text, v.base64()),
    file: text,
  }),
  v.strictObject({
    kind: v.literal('restore-store-entry'),
    store,
    thumbprint,
    blob: v.pipe(text, v.base64()),
    file: text,
    command,
  }),
]);

const condition = v.variant('kind', [
  v.strictObject({
    kind: v.literal('record-is'),
    record: recordSchema,
    midway: v.exactOptional(v.array(recordSchema)),
  }),
  v.strictObject({ kind: v.literal('record-absent'), endpoint: endpointSchema }),
  v.strictObject({ kind: v.literal('serves'), record: recordSchema }),
  v.strictObject({ kind: v.literal('entry-is'), store, thumbprint, sha256 }),
  v.strictObject({ kind: v.literal('store-lacks'), store, thumbprint }),
  v.strictObject({ kind: v.literal('store-has'), store, thumbprint }),
  v.strictObject({ kind: v.literal('machine-key'), store, thumbprint, midway: v.exactOptional(sha256) }),
  v.strictObject({
    kind: v.literal('system-may-read'),
    path: text,
    sddl: text,
    midway: v.exactOptional(v.literal(true)),
  }),
  v.strictObject({ kind: v.literal('acl-is'), path: text, sddl: text }),
  v.strictObject({ kind: v.literal('file-is'), path: text, sha256 }),
  v.strictObject({ kind: v.literal('file-present'), path: text }),
  v.strictObject({ kind: v.literal('file-absent'), path: text }),
  v.strictObject({ kind: v.literal('folder-absent'), path: text }),
  v.strictObject({ kind: v.literal('service-is'), service: text, running: v.boolean() }),
  v.strictObject({ kind: v.literal('action-succeeds') }),
]);

const blocked = v.strictObject({
  blocked: v.literal(true),
  refused: v.exactOptional(v.literal(true)),
  why: text,
  who: v.exactOptional(text),
  command: v.exactOptional(text),
  offer: v.exactOptional(v.strictObject({ says: text, command: text })),
  instead: v.exactOptional(v.strictObject({ says: text, command: text })),
  choices: v.exactOptional(v.array(v.strictObject({ value: text, title: text }))),
});

const step = v.strictObject({
  title: text,
  do: action,
  undo: v.union([
    v.literal('none'),
    v.strictObject({ do: action, holds: condition }),
    v.strictObject({ impossible: text }),
  ]),
  holds: condition,
  always: v.exactOptional(v.boolean()),
  remains: v.exactOptional(v.strictObject({ do: action, holds: condition })),
  unless: v.exactOptional(condition),
  needsPerson: v.exactOptional(v.array(v.strictObject({ code: number, blocked }))),
});

const finding = v.pipe(
  v.strictObject({
    playbook: v.pipe(text, v.regex(/^[a-z][a-z0-9-]{0,49}$/)),
    id: text,
    subject: text,
    severity: v.picklist(SEVERITIES),
    says: text,
    breaks: v.exactOptional(text),
    facts: v.array(v.strictObject({ name: text, value: text, source: text })),
    endpoints: texts,
  }),
  v.transform(({ says, ...rest }) => ({ ...rest, message: says })),
);

/** One plan, as the model has it. */
export const planSchema = v.strictObject({
  finding,
  covers: texts,
  title: text,
  risk: v.picklist(['safe', 'disruptive', 'manual']),
  onlyIfSwitchedOn: v.exactOptional(v.literal(true)),
  through: v.exactOptional(v.picklist(HANDS)),
  steps: v.array(step),
  cleanup: v.array(action),
  before: v.record(text, text),
  effects: texts,
  endpoints: v.array(endpointSchema),
  after: texts,
});
