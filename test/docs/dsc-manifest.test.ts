// The manifest of the DSC resource is made of the schema by which the program reads: UPDATE_DOCS=1 writes it anew. It keeps to
// DSC's contract, told here in our own words (PowerShell/DSC, schemas v3 and v3.1.0, resource/manifest).

import { readFileSync, writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';

import { dscInstance } from '../../src/own-files/dsc-instance.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const FILE = 'docs/dsc/iis-ssl-heal.dsc.resource.json';

/** By its full path: what lies first on PATH under that name could be anybody's, and DSC runs elevated. */
const EXECUTABLE = 'C:\\Program Files\\iis-ssl-heal\\iis-ssl-heal.exe';

const command = (operation: string) => ({ executable: EXECUTABLE, args: ['dsc', operation], input: 'stdin' });

function embedded() {
  const {
    $schema: _,
    properties = {},
    ...rest
  } = toJsonSchema(dscInstance(playbooks.map(({ id }) => id)), {
    target: 'draft-2020-12',
    ignoreActions: ['readonly'],
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...rest,
    properties: {
      ...properties,
      findings: { ...(properties.findings as object), readOnly: true },
      notChecked: { ...(properties.notChecked as object), readOnly: true },
      // DSC knows its own property by this reference alone.
      _inDesiredState: { $ref: 'https://aka.ms/dsc/schemas/v3/resource/properties/inDesiredState.json' },
    },
  };
}

const made = () => ({
  $schema: 'https://aka.ms/dsc/schemas/v3/bundled/resource/manifest.json',
  type: 'IisSslHeal/Https',
  version,
  description: 'HTTPS of IIS on this server: says what is broken, repairs what can be repaired, and proves it.',
  tags: ['Windows', 'IIS', 'TLS'],
  get: command('get'),
  test: { ...command('test'), return: 'state' },
  set: { ...command('set'), implementsPretest: true, return: 'stateAndDiff' },
  export: command('export'),
  exitCodes: {
    0: 'It worked, whatever was found',
    1: 'It did not work, or a person is needed: see the error',
    2: 'The input or the command line was not understood',
    70: 'Internal error',
  },
  schema: { embedded: embedded() },
});

const text = { type: 'string' };
const called = (more: object = {}) => ({
  type: 'object',
  required: ['executable'],
  additionalProperties: false,
  properties: {
    executable: text,
    args: { type: 'array', items: text },
    input: { enum: ['env', 'stdin'] },
    ...more,
  },
});
const returned = { return: { enum: ['state', 'stateAndDiff'] } };
const CONTRACT = {
  type: 'object',
  required: ['$schema', 'type', 'version', 'get', 'schema'],
  additionalProperties: false,
  properties: {
    $schema: {
      type: 'string',
      pattern: '^https://aka\\.ms/dsc/schemas/v3(\\.[0-9.]+)?/(bundled/)?resource/manifest\\.json$',
    },
    type: { type: 'string', pattern: '^\\w+(\\.\\w+){0,2}/\\w+$' },
    version: { type: 'string', pattern: '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?$' },
    description: text,
    tags: { type: 'array', uniqueItems: true, items: { type: 'string', pattern: '^\\w+$' } },
    get: called(),
    test: called(returned),
    set: called({ ...returned, implementsPretest: { type: 'boolean' } }),
    export: called(),
    exitCodes: { type: 'object', propertyNames: { pattern: '^-?[0-9]+$' }, additionalProperties: text },
    schema: {
      type: 'object',
      required: ['embedded'],
      properties: {
        embedded: {
          type: 'object',
          required: ['$schema', 'type', 'properties'],
          properties: {
            $schema: { const: 'https://json-schema.org/draft/2020-12/schema' },
            type: { const: 'object' },
            properties: {
              type: 'object',
              required: ['_inDesiredState'],
              properties: {
                _inDesiredState: {
                  const: { $ref: 'https://aka.ms/dsc/schemas/v3/resource/properties/inDesiredState.json' },
                },
              },
            },
          },
        },
      },
    },
  },
};

const manifest = () => JSON.parse(readFileSync(FILE, 'utf8'));

describe(FILE, () => {
  it('is made of the schema of the program, and has its version', () => {
    const plain = JSON.parse(JSON.stringify(made()));
    if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, `${JSON.stringify(plain, null, 2)}\n`);
    expect(manifest()).toEqual(plain);
  });

  it("keeps to DSC's contract, which can say no", () => {
    const validate = new Ajv2020({ strictTypes: false }).compile(CONTRACT);
    expect(validate(manifest()) ? [] : validate.errors).toEqual([]);
    const { get: _, ...without } = manifest();
    for (const wrong of [without, { ...manifest(), type: 'iis-ssl-heal' }, { ...manifest(), set: { args: [] } }])
      expect(validate(wrong)).toBe(false);
  });

  it('starts the program by its full path alone', () => {
    const { get, test, set, export: all } = manifest();
    for (const { executable } of [get, test, set, all]) expect(executable).toMatch(/^[A-Z]:\\Program Files\\.*\.exe$/);
  });
});
