// What the event logs say becomes facts of the finding that it belongs to, and is never passed over.

import { describe, expect, it } from 'vitest';
import { playbooks } from '../../../playbooks/index.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { EventRecord, Evidence } from '../../../src/model/server/evidence.ts';
import {
  config,
  evidence,
  FRONT_KEY,
  FRONT_RECORD,
  handshake,
  have,
  healthyWith,
  lack,
  met,
  metadataKey,
  record,
  SHOP,
  SHOP_KEY,
  SHOP_RECORD,
  serves,
  stranded,
} from '../../support/evidence-folder.ts';

const HTTP = 'Microsoft-Windows-HttpEvent';
const BINARY = `000004000200300000000000AD3A00C0${'0'.repeat(48)}5F0000C0`;

const at = (minute: number) => `2026-03-01T11:${String(minute).padStart(2, '0')}:00.000Z`;
const http = (id: number, minute: number, Endpoint = '0.0.0.0:443', more: EventRecord['data'] = {}): EventRecord => ({
  provider: HTTP,
  id,
  time: at(minute),
  data: { Endpoint, ...(id === 15021 && { Binary: BINARY }), ...more },
});
const schannel = (minute: number, pid?: string): EventRecord => ({
  provider: 'Schannel',
  id: 36870,
  time: at(minute),
  data: { ...(pid !== undefined && { CallerProcessId: pid }), Type: 'server', ErrorCode: '0x8009030d' },
});
const keyOpened = (KeyName: string, ReturnCode = '0x80090016'): EventRecord => ({
  provider: 'Microsoft-Windows-Security-Auditing',
  id: 5061,
  time: at(5),
  data: { KeyName, ReturnCode },
});

const system = (...events: readonly EventRecord[]): Partial<Evidence> => ({ systemEvents: have(events, 'System.xml') });
const look = (from: Evidence) => diagnose(from, playbooks);
const facts = (from: Evidence) =>
  look(from).findings.map(({ facts }) =>
    facts.filter(({ name }) => name.startsWith('event')).map(({ name, value }) => `${name}: ${value}`),
  );
const told = (from: Evidence) => {
  const { findings, notes, verdict } = look(from);
  return { verdict, told: [...findings, ...notes].map(({ id, severity }) => `${id} ${severity}`) };
};

const RESET = handshake({ outcome: 'no-tls', detail: 'ECONNRESET' });
const DOWN = {
  handshakes: met([
    [FRONT_KEY, RESET],
    [SHOP_KEY, serves(SHOP.thumbprint)],
  ]),
};

describe('events beside a finding', () => {
  it('are the newest of each number at its endpoint, with count, time and code', () => {
    const from = evidence({
      ...DOWN,
      ...system(
        http(15021, 1),
        http(15021, 3),
        http(15301, 2),
        http(15005, 4),
        http(15021, 9, 'shop.example.test:443'),
      ),
    });
    expect(facts(from)).toEqual([
      [
        `event15021: 2 times, last at ${at(3)}, 0xC000005F`,
        `event15301: once at ${at(2)}`,
        `event15005: once at ${at(4)}`,
      ],
    ]);
  });

  it('are those of Schannel where http.sys itself has complained, and of process 4 alone', () => {
    const all = [http(15021, 1), schannel(1, '4'), schannel(2), schannel(3, '1044')];
    expect(facts(evidence({ ...DOWN, ...system(...all) }))[0]).toContain(
      `event36870: 2 times, last at ${at(2)}, 0x8009030D`,
    );
    expect(facts(evidence({ ...DOWN, ...system(...all.slice(1)) }))).toEqual([[]]);
  });

  it('are failures of the key container of its certificate', () => {
    const securityEvents = have(
      [keyOpened('{front}'), keyOpened('{FRONT}', '0x0'), keyOpened('{other}')],
      'Security.xml',
    );
    expect(facts(stranded({ ...DOWN, securityEvents }))).toEqual([[`event5061: once at ${at(5)}, 0x80090016`]]);
  });

  it('are none where the logs were not read, or hold no endpoint', () => {
    expect(facts(evidence({ ...DOWN, systemEvents: lack(), securityEvents: lack() }))).toEqual([[]]);
    expect(
      facts(
        evidence({
          ...DOWN,
          ...system(http(15021, 1, ''), { ...http(15021, 1), data: {} }, { ...http(15021, 1), provider: 'x' }),
        }),
      ),
    ).toEqual([[]]);
  });

  it('find an endpoint however it is written', () => {
    const sni = evidence({ handshakes: met([[SHOP_KEY, RESET]]), ...system(http(15021, 1, 'SHOP.example.test:443')) });
    expect(facts(sni)[0]).toEqual([`event15021: once at ${at(1)}, 0xC000005F`]);
    const v6 = record('ip', '[2001:db8::5]:443', { thumbprint: 'A'.repeat(40) });
    const from = evidence({
      addresses: have(['2001:db8::5']),
      records: have([FRONT_RECORD, SHOP_RECORD, v6]),
      ...system(http(15021, 1, '[2001:DB8:0::5]:443')),
    });
    expect(facts(from)[0]).toEqual([`event15021: once at ${at(1)}, 0xC000005F`]);
  });

  it('are quick to find among a thousand', () => {
    const many = Array.from({ length: 1000 }, (_, index) => http(15021, index % 60));
    expect(facts(evidence({ ...DOWN, ...system(...many) }))[0]?.[0]).toMatch(/^event15021: 1000 times/);
  });
});

describe('a 15021 that nothing has answered', () => {
  // Of a folder: a live server that was not greeted is never called healthy.
  const unseen = { handshakes: new Map(), recorded: true };
  it('is a warning where nobody has been greeted since', () => {
    expect(told(evidence({ ...unseen, ...system(http(15021, 3)) }))).toEqual({
      verdict: 'faulty',
      told: ['broken-link:certificate-not-used:0.0.0.0:443 warning'],
    });
  });

  it('is a note where a greeting got the right certificate', () => {
    const seen = told(evidence(system(http(15301, 1), http(15021, 3))));
    expect(seen).toEqual({ verdict: 'healthy', told: ['broken-link:certificate-not-used:0.0.0.0:443 note'] });
  });

  it('at a record without a site is a warning, with its owner', () => {
    const foreign = record('ip', '0.0.0.0:8172', {
      thumbprint: SHOP.thumbprint,
      appId: '{0fb4a7d8-4c14-4b61-9c3f-1d54a2a3f5e0}',
    });
    const from = evidence({
      records: have([FRONT_RECORD, SHOP_RECORD, foreign]),
      ...system(http(15021, 3, '0.0.0.0:8172')),
    });
    expect(told(from).told).toEqual(['broken-link:certificate-not-used:0.0.0.0:8172 warning']);
    expect(look(from).findings[0]?.message).toContain('another program');
  });

  it.each<readonly [string, Partial<Evidence>]>([
    ['the record was made anew after it', system(http(15021, 1), http(15301, 3))],
    [
      'the server was seen healthy after it',
      { ...system(http(15021, 1)), baseline: have({ states: [{ ...healthyWith(FRONT_RECORD), lastSeen: at(9) }] }) },
    ],
    ['there is no such record any more', system(http(15021, 3, '0.0.0.0:8443'))],
  ])('is past where %s', (_what, changes) => {
    expect(told(evidence({ ...unseen, ...changes }))).toMatchObject({ verdict: 'healthy', told: [] });
  });

  it('is a fact where a finding tells of the endpoint already', () => {
    expect(told(evidence({ ...DOWN, ...system(http(15021, 3)) })).told).toEqual([
      'broken-link:handshake-no-tls:0.0.0.0:443 broken',
    ]);
  });
});

describe('after the ABO mapper has struck', () => {
  const keys = [metadataKey('LM/W3SVC/1', [[5506, '442jqCFFZ77jBhZ7QYHKXuK9drc=']])];
  const lost = { config: config(keys), records: have([SHOP_RECORD]), ...DOWN };
  const messages = (changes: Partial<Evidence>) =>
    look(evidence({ ...lost, ...changes })).findings.map(({ message, severity }) => `${severity} ${message}`);

  it('the effect is tied to its cause, and the severity is that of what is', () => {
    const [stale, binding] = messages(system(http(15300, 3)));
    expect(stale).toBe(
      'broken HTTPS of Front is down: the ABO mapper deleted the SSL record at 2026-03-01 11:03 UTC and will do so again, because the certificate hash in customMetadata LM/W3SVC/1 is wrong (no certificate in LocalMachine\\MY has it).',
    );
    expect(binding).toContain(
      'broken The https binding *:443: of Front has no SSL record, because the ABO mapper deleted it at 2026-03-01 11:03 UTC and will do so again (customMetadata LM/W3SVC/1): HTTPS of Front is down.',
    );
  });

  it.each<readonly [string, Partial<Evidence>]>([
    ['without such an event', {}],
    ['where the log was not read', { systemEvents: lack() }],
    ['where a record was made after it', system(http(15300, 1), http(15301, 3))],
  ])('nothing is claimed %s', (_what, changes) => {
    const [stale, binding] = messages(changes);
    expect(stale).toMatch(
      /^warning Front will lose HTTPS when the ABO mapper next runs: the certificate hash in customMetadata LM\/W3SVC\/1 is wrong \(no certificate in LocalMachine\\MY has it\)\.$/,
    );
    expect(binding).not.toContain('mapper');
  });

  it('visitors who get through another record are not called cut off', () => {
    const handshakes = met([
      [FRONT_KEY, serves(SHOP.thumbprint)],
      [SHOP_KEY, serves(SHOP.thumbprint)],
    ]);
    expect(messages({ ...system(http(15300, 3)), handshakes })[0]).toMatch(
      /^warning Another SSL record answers visitors of Front: the ABO mapper deleted the SSL record at 2026-03-01 11:03 UTC and will do so again, because the certificate hash in customMetadata LM\/W3SVC\/1 is wrong \(no certificate in LocalMachine\\MY has it\)\.$/,
    );
  });
});
