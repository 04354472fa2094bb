// By value: what this server could not heal with nobody there, each code by itself, and what looks like one and is none.

import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/model/repair/diagnosis.ts';
import type { Blocked, Plan } from '../../../src/model/repair/plan.ts';
import { fail, ok } from '../../../src/model/result.ts';
import { DEFAULT_POLICY } from '../../../src/model/run/policy.ts';
import { NOT_READY_CODES, type NotReadyCode } from '../../../src/model/run/readiness.ts';
import type { Evidence } from '../../../src/model/server/evidence.ts';
import type { OwnState } from '../../../src/unattended/ready/own-state.ts';
import { type OutOfSight, readinessOf } from '../../../src/unattended/ready/readiness.ts';
import { emptyLedger, failed } from '../../../src/unattended/rules/ledger.ts';
import { evidence, FRONT_RECORD, have, lack, NETSH_OPTIONS, SHOP_RECORD } from '../../support/evidence-folder.ts';
import { diagnosisOf, HEALTHY, STALE, STRANDED, UNREAD } from '../../support/samples.ts';
import { planOf } from '../../support/unattended-plans.ts';

const NOW = new Date('2026-03-02T12:00:00.000Z');
const LEDGER = emptyLedger(NOW);
const FINE: OwnState = {
  task: { name: 'iis-ssl-heal', state: 'right', faults: [] },
  maxRisk: 'safe',
  untrusted: undefined,
  policy: ok(DEFAULT_POLICY),
  ledger: ok(LEDGER),
  paused: undefined,
  damaged: undefined,
  program: undefined,
  now: NOW,
};

const policy = (changes: Partial<typeof DEFAULT_POLICY>) => ({ policy: ok({ ...DEFAULT_POLICY, ...changes }) });
const task = (state: OwnState['task']['state'], ...faults: readonly string[]) => ({
  task: { name: 'iis-ssl-heal', state, faults },
});
const [STALE_ID] = STALE.findings.map(({ id }) => id);
const [STRANDED_ID] = STRANDED.findings.map(({ id }) => id);
const givenUp = [1, 2, 3, 4, 5].reduce((each) => failed(each, [`${STALE_ID}`], NOW), LEDGER);

/** A server whose first record has this flag beside. */
const flagged = (flags: number, changes: Partial<Evidence> = {}) =>
  diagnosisOf(evidence({ records: have([{ ...FRONT_RECORD, flags }, SHOP_RECORD]), ...changes }));
const WITHOUT_TLS13 = 0x40;
const UNSETTABLE = 0x4;

const of = (diagnosis: Diagnosis, own: Partial<OwnState> | OutOfSight = {}, only: readonly string[] = []) =>
  readinessOf(diagnosis, 'why' in own ? own : { ...FINE, ...own }, only);

/** One fault, and what a playbook makes of it. */
const found = (plan: Plan | Blocked): Diagnosis => ({
  ...STALE,
  found: STALE.found.map((each) => ({ ...each, plan: () => plan })),
});
const stale = (changes: Partial<Plan>) => planOf(`${STALE_ID}`, changes);

describe('a server is ready', () => {
  it.each<[string, Diagnosis, Partial<OwnState>]>([
    ['where nothing is wrong', HEALTHY, {}],
    ['where what is wrong has a safe repair', STALE, {}],
    [
      'outside its maintenance windows: one opens',
      STALE,
      policy({ maintenanceWindows: [{ days: ['Sun'], from: 0, to: 60 }] }),
    ],
    [
      'where a repair waits after a failure: that is over at some time',
      STALE,
      { ledger: ok(failed(LEDGER, [`${STALE_ID}`], NOW)) },
    ],
    ['where a fault was given up that is gone', HEALTHY, { ledger: ok(givenUp) }],
    ['where playbooks are on by name', STALE, policy({ on: ['stale-hash'] })],
    [
      'where netsh has the option that a record needs',
      flagged(WITHOUT_TLS13, { netshOptions: have(new Set([...NETSH_OPTIONS, 'disabletls13'])) }),
      {},
    ],
    ['where nobody read the options of netsh and no record needs any', flagged(0, { netshOptions: lack() }), {}],
    [
      'where the odd record is that of another product',
      diagnosisOf(
        evidence({
          records: have([
            FRONT_RECORD,
            SHOP_RECORD,
            {
              ...FRONT_RECORD,
              flags: UNSETTABLE,
              appId: '{ba195980-cd49-458b-9e23-c84ee0adcd75}',
              endpoint: { table: 'ip', name: '0.0.0.0:8443' },
            },
          ]),
        }),
      ),
      {},
    ],
    ['where the task takes the risk of the repair', found(stale({ risk: 'disruptive' })), { maxRisk: 'disruptive' }],
    [
      'where what still works is switched on',
      found(stale({ onlyIfSwitchedOn: true })),
      policy({ on: ['lost-binding', 'stale-hash'] }),
    ],
    ['where only supporting evidence was not read', diagnosisOf(evidence({ systemEvents: lack() })), {}],
  ])('%s', (_name, diagnosis, own) => {
    expect(of(diagnosis, own)).toEqual({ ready: true, reasons: [] });
  });
});

const DOES_NOT_KNOW = 'could not be made again: netsh on this server does not know disabletls13';
const NOT: readonly (readonly [NotReadyCode, Diagnosis, Partial<OwnState>, object])[] = [
  ['task-missing', HEALTHY, task('missing'), { why: 'the task iis-ssl-heal is not registered' }],
  ['task-wrong', HEALTHY, task('wrong', 'it starts nothing'), { why: 'the task iis-ssl-heal: it starts nothing' }],
  [
    'folder-not-trusted',
    HEALTHY,
    { untrusted: 'D can be changed by S-1-1-0', policy: fail('x'), ledger: fail('x') },
    { why: 'D can be changed by S-1-1-0' },
  ],
  ['folder-not-trusted', HEALTHY, { program: 'P can be changed by S-1-1-0' }, { why: 'P can be changed by S-1-1-0' }],
  ['settings-broken', STALE, { policy: fail('line 2: it is not JSON') }, { why: 'line 2: it is not JSON' }],
  ['settings-broken', STALE, { ledger: fail('self-heal.json: damaged') }, { why: 'self-heal.json: damaged' }],
  ['journal-damaged', HEALTHY, { damaged: 'X is gone' }, { why: 'X is gone' }],
  ['paused', HEALTHY, { paused: 'nothing is repaired unattended' }, { why: 'nothing is repaired unattended' }],
  [
    'playbook-off',
    HEALTHY,
    policy({ off: ['lost-binding'] }),
    { why: 'config.json switches lost-binding off', playbook: 'lost-binding' },
  ],
  [
    'playbook-off',
    STALE,
    policy({ off: ['stale-hash'] }),
    { why: `${STALE_ID}: config.json switches stale-hash off`, playbook: 'stale-hash', finding: STALE_ID },
  ],
  [
    'given-up',
    STALE,
    { ledger: ok(givenUp) },
    {
      why: `${STALE_ID}: it was given up after failed repairs (iis-ssl-heal schedule reset)`,
      playbook: 'stale-hash',
      finding: STALE_ID,
    },
  ],
  [
    'owner-needed',
    STRANDED,
    {},
    {
      why: `${STRANDED_ID}: the key is protected for olga; SYSTEM cannot open it`,
      playbook: 'stranded-key',
      finding: STRANDED_ID,
    },
  ],
  ['netsh-lacks-option', flagged(WITHOUT_TLS13), {}, { why: `the SSL record of 0.0.0.0:443 ${DOES_NOT_KNOW}` }],
  [
    'record-not-kept',
    flagged(UNSETTABLE),
    {},
    {
      why: 'the SSL record of 0.0.0.0:443 could not be made again: netsh has no option for flag 0x4 (no raw filter)',
    },
  ],
  [
    'not-switched-on',
    found(stale({ onlyIfSwitchedOn: true })),
    {},
    {
      why: `${STALE_ID}: it still works, and config.json does not say true for its playbook`,
      playbook: 'stale-hash',
      finding: STALE_ID,
    },
  ],
  [
    'risk-not-covered',
    found(stale({ risk: 'disruptive' })),
    {},
    {
      why: `${STALE_ID}: its repair is of more risk than the task may take`,
      playbook: 'stale-hash',
      finding: STALE_ID,
    },
  ],
  [
    'person-needed',
    found({ blocked: true, why: 'import one' }),
    {},
    { why: `${STALE_ID}: import one`, playbook: 'stale-hash', finding: STALE_ID },
  ],
  [
    'refused',
    found({ blocked: true, refused: true, why: 'it is shared' }),
    {},
    { why: `${STALE_ID}: it is shared`, playbook: 'stale-hash', finding: STALE_ID },
  ],
];

describe('a server is not ready, and says why', () => {
  it.each(NOT)('%s', (code, diagnosis, own, said) => {
    expect(of(diagnosis, own)).toEqual({ ready: false, reasons: [{ code, ...said }] });
  });

  it('with every code that there is', () => {
    expect(new Set(NOT.map(([code]) => code))).toEqual(new Set(NOT_READY_CODES.filter((code) => code !== 'not-known')));
  });
});

describe('what is not known is not ready, and not unready', () => {
  it.each<[string, Diagnosis, Partial<OwnState> | OutOfSight, string]>([
    [
      'the task',
      HEALTHY,
      task('unreadable', 'its file cannot be read'),
      'the task iis-ssl-heal: its file cannot be read',
    ],
    [
      'the program of a lab',
      HEALTHY,
      { program: null },
      'whether the folder of the program is safe: it lies on another computer than this server',
    ],
    [
      'all of it in an evidence folder',
      STALE,
      { why: 'they are not in what was sent' },
      'the scheduled task and its settings: they are not in what was sent',
    ],
    ['the server itself', UNREAD, {}, 'the SSL records of http.sys: access denied'],
    [
      'an option of netsh',
      flagged(WITHOUT_TLS13, { netshOptions: lack() }),
      {},
      "the SSL record of 0.0.0.0:443 could not be made again: not every netsh knows disabletls13, and what this server's knows was not read",
    ],
  ])('%s', (_name, diagnosis, own, why) => {
    expect(of(diagnosis, own)).toEqual({ ready: null, reasons: [{ code: 'not-known', why }] });
  });

  it('what --only leaves out', () => {
    const why = 'what else is wrong: only stale-hash looked';
    expect(of(HEALTHY, {}, ['stale-hash'])).toEqual({ ready: null, reasons: [{ code: 'not-known', why }] });
  });

  it('comes after what is known: that decides', () => {
    const { ready, reasons } = of(STRANDED, { why: 'they are not in what was sent' });
    expect([ready, reasons.map(({ code }) => code)]).toEqual([false, ['owner-needed', 'not-known']]);
  });
});
