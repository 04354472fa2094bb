// What the schemas of all documents are made of.

import * as v from 'valibot';

export const text = v.string();
export const whole = v.pipe(v.number(), v.integer());
/** Absent where there is nothing to say, never null. */
export const optional = v.exactOptional;
/** Nobody changes a document that was made. */
export const list = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.readonly());
export const texts = list(text);
/** With words for whoever reads the published schema. */
export const about = <Schema extends v.GenericSchema>(schema: Schema, words: string) =>
  v.pipe(schema, v.description(words));
export const utc = about(text, 'ISO 8601 in UTC.');
/** How far a yes has to go for a repair. */
export const risk = v.picklist(['safe', 'disruptive', 'manual']);
export const undoable = about(text, 'The name that `undo` takes.');
