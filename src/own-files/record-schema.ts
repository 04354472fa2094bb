// An SSL record, wherever one is stored: in a plan, in the journal, in the baseline. Apart from a plan's schema, which no check needs.

import * as v from 'valibot';
import { SSL_TABLES } from '../model/server/ssl-record.ts';

const text = v.string();
/** What a REG_DWORD holds. */
const uint32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));

/** An endpoint, as both keep it. */
export const endpointSchema = v.strictObject({ table: v.picklist(SSL_TABLES), name: text });

/** An SSL record, as plans and the baseline keep it. */
export const recordSchema = v.strictObject({
  endpoint: endpointSchema,
  thumbprint: v.pipe(text, v.regex(/^(?:[0-9A-F]{40})?$/)),
  appId: text,
  store: text,
  checkMode: uint32,
  freshnessTime: uint32,
  urlTimeout: uint32,
  ctlIdentifier: text,
  ctlStore: text,
  flags: uint32,
  notUnderstood: v.array(text),
});
