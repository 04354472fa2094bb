// The published schemas are what the program itself reads and writes by: UPDATE_DOCS=1 writes them anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { expect, it } from 'vitest';
import { planFileSchema } from '../../src/own-files/plan-file.ts';

const SCHEMAS = {
  plan: { schema: planFileSchema, version: 2, title: 'iis-ssl-heal plan --out FILE' },
};

it.each(Object.entries(SCHEMAS))('docs/schemas/%s.schema.json is what the program reads by', (name, each) => {
  const file = `docs/schemas/${name}.schema.json`;
  const { $schema, ...rest } = toJsonSchema(each.schema, { typeMode: 'output', ignoreActions: ['readonly'] });
  const made = { $schema, $id: `urn:iis-ssl-heal:${name}:${each.version}`, title: each.title, ...rest };
  if (process.env.UPDATE_DOCS === '1') writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(made);
});
