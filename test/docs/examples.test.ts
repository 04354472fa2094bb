import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { labDocuments, normalised } from '../support/lab-documents.ts';

const DOCUMENT = 'docs/json.md';
const NAMES = ['check', 'fix', 'runs', 'report', 'plan'] as const;

const schema = (name: string) => JSON.parse(readFileSync(`docs/schemas/${name}.schema.json`, 'utf8'));
const ajv = new Ajv({ strict: true, allowUnionTypes: true, schemas: NAMES.map(schema) });

/** The fenced block under the marker `<!-- example: NAME -->`. */
const block = (name: string) => new RegExp(`(<!-- example: ${name} -->\\n\`\`\`json\\n)([^\`]*)(\`\`\`)`);

let documents: Awaited<ReturnType<typeof labDocuments>>;
beforeAll(async () => {
  documents = await labDocuments();
});

describe('docs/json.md', () => {
  it.each(NAMES)('shows what the program prints: %s', (name) => {
    const made = normalised(`${JSON.stringify(documents[name], null, 2)}\n`);
    if (process.env.UPDATE_DOCS === '1') {
      const text = readFileSync(DOCUMENT, 'utf8');
      writeFileSync(
        DOCUMENT,
        text.replace(block(name), (_all, head: string, _old, tail: string) => head + made + tail),
      );
    }
    expect(block(name).exec(readFileSync(DOCUMENT, 'utf8'))?.[2]).toBe(made);
  });

  it.each(NAMES)('shows a document that keeps to its schema: %s', (name) => {
    const validate = ajv.getSchema(schema(name).$id)!;
    expect(validate(documents[name]) ? [] : validate.errors).toEqual([]);
  });

  it.each(NAMES)('explains every field at the top of %s, and none that there is not', (name) => {
    const section =
      readFileSync(DOCUMENT, 'utf8')
        .split(/^## /m)
        .find((each) => each.startsWith(`\`${name}`)) ?? '';
    const top = [...section.matchAll(/^\| `(\w+)` \|/gm)].map((row) => row[1]);
    expect(top.sort()).toEqual(Object.keys(schema(name).properties).sort());
  });
});
