import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../src/model/run/policy.ts';
import { readPolicyFile, type Switchable } from '../../src/own-files/policy-file.ts';
import { FUZZ_RUNS } from '../support/fuzz.ts';

const PLAYBOOKS: readonly Switchable[] = [
  { id: 'stranded-key', founding: true },
  { id: 'stale-hash', founding: true },
  { id: 'lost-binding', founding: true },
  { id: 'closed-key' },
  { id: 'broken-link' },
];
const read = (text: string) => readPolicyFile(Buffer.from(text), PLAYBOOKS);
const errorOf = (text: string) => {
  const result = read(text);
  return result.ok ? 'no error' : result.error;
};

describe('config.json', () => {
  it('means the defaults where it says nothing', () => {
    expect(read('{ "formatVersion": 1 }')).toEqual({ ok: true, value: DEFAULT_POLICY });
  });

  it('takes every setting', () => {
    const text = JSON.stringify({
      formatVersion: 1,
      playbooks: { 'stale-hash': false, 'lost-binding': true },
      repairsPerEndpointPerDay: 1,
      pauseAfterFailureMinutes: 3,
      longestPauseMinutes: 4,
      giveUpAfterFailures: 5,
      healthyMinutes: 0,
      maintenanceWindows: [
        { days: ['Sat'], from: '22:00', to: '05:30' },
        { from: '00:00', to: '23:59' },
      ],
    });
    expect(read(text)).toEqual({
      ok: true,
      value: {
        off: ['stale-hash', 'closed-key', 'broken-link'],
        on: ['lost-binding'],
        repairsPerEndpointPerDay: 1,
        pauseAfterFailureMinutes: 3,
        longestPauseMinutes: 4,
        giveUpAfterFailures: 5,
        healthyMinutes: 0,
        maintenanceWindows: [
          { days: ['Sat'], from: 1320, to: 330 },
          { days: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'], from: 0, to: 1439 },
        ],
      },
    });
  });

  it.each([
    ['{}', [], []],
    ['{ "stale-hash": false }', ['stale-hash', 'closed-key', 'broken-link'], []],
    ['{ "lost-binding": true }', ['closed-key', 'broken-link'], ['lost-binding']],
    ['{ "closed-key": true }', ['broken-link'], ['closed-key']],
    ['{ "closed-key": true, "broken-link": true }', [], ['closed-key', 'broken-link']],
  ])('where it names playbooks, one that came later is off unless it is named: %s', (named, off, on) => {
    const policy = read(`{ "formatVersion": 1, "playbooks": ${named} }`);
    expect(policy).toEqual({ ok: true, value: { ...DEFAULT_POLICY, off, on } });
  });

  it('may begin with the mark that Notepad writes', () => {
    expect(read('\uFEFF{ "formatVersion": 1 }').ok).toBe(true);
  });

  it('takes the place of metrics, and nothing that is no file of a drive', () => {
    const at = (metricsFile: unknown) => read(JSON.stringify({ formatVersion: 1, metricsFile }));
    const good = 'C:\\Program Files\\windows_exporter\\textfile_inputs\\iis_ssl_heal.prom';
    expect(at(good)).toEqual({ ok: true, value: { ...DEFAULT_POLICY, metricsFile: good } });
    for (const bad of [
      '',
      7,
      null,
      'https.prom',
      'C:https.prom',
      'C:\\https.prom',
      '\\\\share\\folder\\https.prom',
      '\\\\?\\C:\\folder\\https.prom',
      'C:/folder/https.prom',
      'C:\\folder\\..\\other\\https.prom',
      'C:\\folder\\.\\https.prom',
      'C:\\folder \\https.prom',
      'C:\\folder\\\\https.prom',
      'C:\\folder\\.prom',
      'C:\\folder\\https.txt',
      'C:\\folder\\https.PROM',
      'C:\\folder\\https.prom\n',
      'C:\\folder\\config.json:https.prom',
      'C:\\folder\\%TEMP%*.prom',
      'C:\\folder\\nul.prom',
      'C:\\COM1\\https.prom',
      `C:\\folder\\${'x'.repeat(300)}.prom`,
    ])
      expect([bad, at(bad)]).toEqual([
        bad,
        {
          ok: false,
          error: expect.stringMatching(/^line 1: "metricsFile" must be the full path of a file on a drive/),
        },
      ]);
  });

  it.each([
    ['an empty file', '', 'it is empty: 0 bytes'],
    ['no JSON', '{\n  "formatVersion": 1,\n  repairs\n}', 'line 3: it is not JSON'],
    ['a comma too many', '{\n  "formatVersion": 1,\n}', 'line 3: it is not JSON'],
    ['a comment', '{\n  // one\n  "formatVersion": 1\n}', 'line 2: it is not JSON'],
    ['another kind of value', '[]', 'line 1: it must be one JSON object'],
    ['no version', '{ "healthyMinutes": 1 }', 'line 1: "formatVersion" is missing'],
    ['a later version', '{\n "formatVersion": 2 }', 'line 2: "formatVersion" must be 1'],
    ['an unknown setting', '{ "formatVersion": 1,\n "repairsPerWeek": 1 }', 'line 2: "repairsPerWeek" is no setting'],
    [
      'an unknown playbook',
      '{ "formatVersion": 1,\n "playbooks": {\n "lost": true } }',
      'line 3: "playbooks.lost" is no setting',
    ],
    [
      'too small a number',
      '{\r\n"formatVersion": 1,\r\n"repairsPerEndpointPerDay": 0 }',
      'line 3: "repairsPerEndpointPerDay" must be a whole number from 1 to 100',
    ],
    [
      'a number as text',
      '{ "formatVersion": 1, "repairsPerEndpointPerDay": "9" }',
      'line 1: "repairsPerEndpointPerDay" must be a whole number from 1 to 100',
    ],
    [
      'a part of a minute',
      '{ "formatVersion": 1, "healthyMinutes": 1.5 }',
      'line 1: "healthyMinutes" must be a whole number from 0 to 20',
    ],
    [
      'a time that is none',
      '{ "formatVersion": 1, "maintenanceWindows": [\n{ "from": "24:00", "to": "05:00" }] }',
      'line 2: "maintenanceWindows.0.from" must be a time such as "22:00"',
    ],
    [
      'a day in another language',
      '{ "formatVersion": 1, "maintenanceWindows": [{ "from": "22:00", "to": "05:00",\n "days": ["Mo"] }] }',
      'line 2: "maintenanceWindows.0.days.0" must be a list of days out of Sun, Mon, Tue, Wed, Thu, Fri, Sat',
    ],
    [
      'half a window',
      '{ "formatVersion": 1, "maintenanceWindows": [{ "from": "22:00" }] }',
      'line 1: "maintenanceWindows.0.to" is missing',
    ],
    [
      'a key that stands twice',
      '{ "formatVersion": 1,\n "repairsPerEndpointPerDay": 1,\n "repairsPerEndpointPerDay": 900 }',
      'line 3: "repairsPerEndpointPerDay" is there twice',
    ],
    [
      'a key that stands twice further down',
      '{ "formatVersion": 1,\n "healthyMinutes": 1,\n "playbooks": {\n "stale-hash": true,\n "stale-hash": false } }',
      'line 5: "stale-hash" is there twice',
    ],
    ['another schema', '{ "formatVersion": 1, "$schema": 5 }', 'line 1: "$schema" must be a text'],
    [
      'a list of playbooks',
      '{ "formatVersion": 1, "playbooks": [] }',
      'line 1: "playbooks" must be an object of playbooks',
    ],
    [
      'a playbook that is neither on nor off',
      '{ "formatVersion": 1, "playbooks": { "stale-hash": 1 } }',
      'line 1: "playbooks.stale-hash" must be true or false',
    ],
    [
      'one window instead of a list',
      '{ "formatVersion": 1, "maintenanceWindows": {} }',
      'line 1: "maintenanceWindows" must be a list of windows',
    ],
    ...['5', 'null', '[]'].map((window) => [
      `a window that is ${window}`,
      `{ "formatVersion": 1, "maintenanceWindows": [${window}] }`,
      'line 1: "maintenanceWindows.0" must be an object with "from", "to" and perhaps "days"',
    ]),
    [
      'too many windows',
      `{ "formatVersion": 1, "maintenanceWindows": [${Array(101).fill('{ "from": "22:00", "to": "23:00" }')}] }`,
      'line 1: "maintenanceWindows" must be a list of at most 100 windows',
    ],
    ...['"122:00"', '"22:000"', '5'].map((time) => [
      `the time ${time}`,
      `{ "formatVersion": 1, "maintenanceWindows": [{ "from": ${time}, "to": "05:00" }] }`,
      'line 1: "maintenanceWindows.0.from" must be a time such as "22:00"',
    ]),
    ['brackets and nothing else', '['.repeat(60_000), 'line 1: it is nested too deep'],
    ['a flood', `"${'x'.repeat(70_000)}"`, 'it is longer than 65536 bytes'],
  ] as [string, string, string][])('refuses %s and names the line', (_name, text, error) => {
    expect(errorOf(text)).toBe(error);
  });

  it('may be as long as it may be', () => {
    expect(read('{ "formatVersion": 1 }'.padEnd(65_536)).ok).toBe(true);
    expect(errorOf('{ "formatVersion": 1 }'.padEnd(65_537))).toBe('it is longer than 65536 bytes');
  });

  it('names every fault, each with its line', () => {
    expect(errorOf('{\n"formatVersion": 1,\n"repairsPerEndpointPerDay": 0,\n"x": 1\n}')).toBe(
      'line 3: "repairsPerEndpointPerDay" must be a whole number from 1 to 100; line 4: "x" is no setting',
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(Buffer.from)), (bytes) => {
        const result = readPolicyFile(bytes, PLAYBOOKS);
        expect(result.ok || result.error.length > 0).toBe(true);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});

describe('docs/schemas/config.schema.json', () => {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/schemas/config.schema.json'), 'utf8'));
  const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);
  const number = fc.oneof(fc.integer({ min: -1, max: 2000 }), fc.double(), fc.constant('5'), fc.constant(null));
  const time = fc.oneof(fc.constantFrom('22:00', '24:00', '7:00', ''), fc.constant(5));
  const window = fc.record(
    { from: time, to: time, days: fc.array(fc.constantFrom('Mon', 'Sat', 'mo'), { maxLength: 2 }), x: fc.constant(1) },
    { requiredKeys: [] },
  );
  const config = fc.record(
    {
      formatVersion: fc.constantFrom(1, 2, '1'),
      playbooks: fc.oneof(
        fc.constant([]),
        fc.dictionary(fc.constantFrom('stale-hash', 'lost-binding', 'other'), fc.constantFrom(true, 1)),
      ),
      repairsPerEndpointPerDay: number,
      pauseAfterFailureMinutes: number,
      longestPauseMinutes: number,
      giveUpAfterFailures: number,
      healthyMinutes: number,
      maintenanceWindows: fc.array(window, { maxLength: 2 }),
      $schema: fc.constantFrom('x', 1),
      other: fc.constant(1),
    },
    { requiredKeys: [] },
  );

  it('and the reader agree on every configuration', () => {
    fc.assert(
      fc.property(config, (each) => {
        const plain = JSON.parse(JSON.stringify(each));
        expect(read(JSON.stringify(plain)).ok).toBe(validate(plain));
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
