// The published schemas are those by which the program reads, and from which the types of what it prints come:
// UPDATE_DOCS=1 writes them anew. What it prints on a lab with each fault keeps to them.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import { Ajv } from 'ajv';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { changeIds, faultIds } from '../../src/lab/faults/faults.ts';
import { dscInstance } from '../../src/own-files/dsc-instance.ts';
import { planFileSchema } from '../../src/own-files/plan-file.ts';
import { configSchema } from '../../src/own-files/policy-file.ts';
import { documents } from '../../src/report/documents/documents.ts';
import { fleetDocument } from '../../src/report/documents/fleet-document.ts';
import { documentsOf } from '../support/lab-documents.ts';

const IDS = playbooks.map(({ id }) => id);
const PRINTED = { ...documents(IDS), report: fleetDocument };
const GROWS = 'Fields may be added in later versions, never renamed.';

const PUBLISHED: Readonly<
  Record<string, { schema: v.GenericSchema; version: number; title: string; description?: string }>
> = {
  check: { schema: PRINTED.check, version: 1, title: 'iis-ssl-heal check --json', description: GROWS },
  fix: { schema: PRINTED.fix, version: 1, title: 'iis-ssl-heal fix --json', description: GROWS },
  runs: { schema: PRINTED.runs, version: 1, title: 'iis-ssl-heal runs --json', description: GROWS },
  report: { schema: PRINTED.report, version: 1, title: 'iis-ssl-heal report --fleet --json', description: GROWS },
  plan: { schema: planFileSchema, version: 2, title: 'iis-ssl-heal plan --out FILE' },
  dsc: { schema: dscInstance(IDS), version: 1, title: 'The instance of iis-ssl-heal dsc get | test | set | export' },
  config: {
    schema: configSchema(IDS),
    version: 1,
    title: 'The limits of unattended repairs: %ProgramData%\\iis-ssl-heal\\config.json',
  },
};

/**
 * What a value is turned into once it was judged is nothing of JSON Schema's. Nor is the reader's own way to refuse a list
 * before an object, which is the only error here: that the reader and the schema agree is tested beside the reader.
 */
const HOW: ConversionConfig = { ignoreActions: ['readonly', 'transform'], errorMode: 'ignore' };

it.each(Object.entries(PUBLISHED))('docs/schemas/%s.schema.json is the schema of the program', (name, each) => {
  const file = `docs/schemas/${name}.schema.json`;
  const { schema, version, ...words } = each;
  const { $schema, ...rest } = toJsonSchema(schema, HOW);
  const made = { $schema, $id: `urn:iis-ssl-heal:${name}:${version}`, ...words, ...rest };
  if (process.env.UPDATE_DOCS === '1') writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(made)));
});

it.each(readdirSync('docs/schemas'))('%s compiles alone', (file) => {
  const schema = JSON.parse(readFileSync(`docs/schemas/${file}`, 'utf8'));
  expect(typeof new Ajv({ strict: true, allowUnionTypes: true }).compile(schema)).toBe('function');
});

describe.each([...faultIds, ...changeIds])('on a lab with %s', (fault) => {
  let made: Awaited<ReturnType<typeof documentsOf>>;
  beforeAll(async () => {
    made = await documentsOf(fault);
  });

  it.each(['check', 'fix', 'runs', 'report'] as const)(
    '%s --json keeps to its schema, and to every field of it',
    (name) => {
      const document = made[name];
      const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
        JSON.parse(readFileSync(`docs/schemas/${name}.schema.json`, 'utf8')),
      );
      expect(validate(document) ? [] : validate.errors).toEqual([]);
      // A field that the schema does not know is left out of what valibot gives back.
      expect(v.parse(PRINTED[name], document)).toEqual(document);
    },
  );
});
