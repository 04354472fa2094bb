// By value: what counts as overwritten by the mapper, and what does not.

import { describe, expect, it } from 'vitest';
import { overwrittenRecord as playbook } from '../../playbooks/overwritten-record.ts';
import { canServe, overwrittenRecords } from '../../src/chain/records/overwritten.ts';
import { NO_CHOICES } from '../../src/model/repair/planning.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import type { SslRecord } from '../../src/model/server/ssl-record.ts';
import { asked } from '../support/asked.ts';
import {
  base64,
  capiKey,
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_FILE,
  FRONT_KEY,
  FRONT_RECORD,
  FRONT_SITE,
  handshake,
  have,
  keyFile,
  keyFiles,
  lack,
  met,
  metadataKey,
  planned,
  remembering,
  SHOP,
  SHOP_FILE,
  SHOP_RECORD,
  SHOP_SITE,
  site,
  thumb,
} from '../support/evidence-folder.ts';

const overwrittenRecord = asked(playbook);
const PLAIN: SslRecord = { ...FRONT_RECORD, checkMode: 0, urlTimeout: 0, flags: 0 };
const NEW = certificate('new', { key: capiKey({ container: '{NEW}' }) });
const NEW_FILE = keyFile(NEW.key!, 'machine-capi');

const entry = (thumbprint: string, path = 'LM/W3SVC/1') => metadataKey(path, [[5506, base64(thumbprint)]]);

/** The healthy server was remembered; the mapper has made `present` of its first record, with this hash in 5506. */
const given = (present: SslRecord, changes: Partial<Evidence> = {}): Evidence =>
  evidence({
    config: config([entry(present.thumbprint)]),
    records: have([present, SHOP_RECORD]),
    storeMy: have([FRONT, SHOP, NEW]),
    keyFiles: keyFiles([FRONT_FILE, SHOP_FILE, NEW_FILE]),
    baseline: remembering(FRONT_RECORD, SHOP_RECORD),
    ...changes,
  });
const found = (present: SslRecord, changes: Partial<Evidence> = {}) =>
  overwrittenRecords(given(present, changes)).map(({ lost }) => lost);

const LOST = ['verifyclientcertrevocation=disable', 'urlretrievaltimeout=15000', 'clientcertnegotiation'];
const OTHER = { ...PLAIN, thumbprint: NEW.thumbprint };

describe('overwritten is', () => {
  it('a plain record with the hash of 5506 that had settings, or another certificate', () => {
    expect(found(PLAIN)).toEqual([LOST]);
    expect(found({ ...PLAIN, flags: 2 })).toEqual([LOST.slice(0, 2)]);
    expect(found(OTHER)).toEqual([LOST]);
    expect(found(OTHER, { baseline: remembering(PLAIN) })).toEqual([[]]);
    // A value of a strange name may be http.sys's own, in each record (A2).
    expect(found({ ...PLAIN, notUnderstood: ['Extra'] })).toEqual([LOST]);
  });

  it('one whose certificate was in another store', () => {
    const hosted = { ...PLAIN, store: 'WebHosting' };
    const changes = { baseline: remembering(hosted), storeWebHosting: have([{ ...FRONT, store: 'WebHosting' }]) };
    expect(found(PLAIN, changes)).toEqual([['certstorename=WebHosting']]);
    expect(found({ ...PLAIN, store: 'my' }, { baseline: remembering({ ...PLAIN, store: '' }) })).toEqual([]);
  });

  it('every setting that netsh can say', () => {
    const all = {
      ...FRONT_RECORD,
      checkMode: 0x10007,
      freshnessTime: 60,
      ctlIdentifier: 'a',
      ctlStore: 'CA',
      flags: 3,
    };
    expect(found(PLAIN, { baseline: remembering(all) })).toEqual([
      [
        'verifyclientcertrevocation=disable',
        'verifyrevocationwithcachedclientcertonly',
        'usagecheck=disable',
        'revocationfreshnesstime=60',
        'urlretrievaltimeout=15000',
        'sslctlidentifier=a',
        'sslctlstorename=CA',
        'dsmapperusage',
        'clientcertnegotiation',
      ],
    ]);
  });

  it('one that an inherited entry has cost its settings, and one that two sites share', () => {
    const sites = [FRONT_SITE, SHOP_SITE, site(3, 'Twin', ['https :443:'])];
    const both = [entry(FRONT.thumbprint), entry(FRONT.thumbprint, 'LM/W3SVC/3')];
    const [shared] = overwrittenRecords(given(PLAIN, { config: config(both, sites) }));
    expect(shared?.entries.map(({ key }) => key.path)).toEqual(['LM/W3SVC/1', 'LM/W3SVC/3']);
    expect(shared?.sites.map(({ name }) => name)).toEqual(['Front', 'Twin']);
    const inherited = { config: config([entry(FRONT.thumbprint, 'LM/W3SVC')]) };
    expect(found(PLAIN, inherited)).toEqual([LOST]);
  });
});

describe('overwritten is not', () => {
  it.each<[string, SslRecord, Partial<Evidence>]>([
    ['what nobody remembers', PLAIN, { baseline: have(undefined) }],
    ['what was not read', PLAIN, { baseline: lack() }],
    ['a record without an entry', PLAIN, { config: config() }],
    ['one with another hash than the entry', PLAIN, { config: config([entry(NEW.thumbprint)]) }],
    [
      'the record of another site than the entry is for',
      PLAIN,
      { config: config([entry(FRONT.thumbprint, 'LM/W3SVC/2')]) },
    ],
    ['the very record', FRONT_RECORD, {}],
    ['one with settings of its own, which the mapper never gives', { ...PLAIN, flags: 0x10 }, {}],
    ['one with another value of a setting', { ...PLAIN, urlTimeout: 20000 }, {}],
    ['one with a setting that could not be read', { ...PLAIN, notUnderstood: ['Flags: it is no number'] }, {}],
    ['one with another application id alone', { ...FRONT_RECORD, appId: '{00000000-0000-0000-0000-000000000000}' }, {}],
    ['one whose old certificate is gone', OTHER, { storeMy: have([SHOP, NEW]) }],
    ['one whose old certificate SYSTEM cannot use', OTHER, { keyFiles: keyFiles([SHOP_FILE, NEW_FILE]) }],
    [
      'one whose old key is in a profile',
      OTHER,
      { keyFiles: keyFiles([keyFile(FRONT.key!, 'olga-capi'), SHOP_FILE, NEW_FILE]) },
    ],
    [
      'one that waits for its own key',
      OTHER,
      { keyFiles: keyFiles([FRONT_FILE, SHOP_FILE, keyFile(NEW.key!, 'olga-capi')]) },
    ],
  ])('%s', (_name, present, changes) => {
    expect(found(present, changes)).toEqual([]);
  });

  it('one whose old certificate has expired', () => {
    const expired = { ...FRONT, facts: { ...FRONT.facts, notAfter: '2026-02-28T00:00:00.000Z' } };
    expect(found(OTHER, { storeMy: have([expired, SHOP, NEW]) })).toEqual([]);
  });
});

describe('an overwritten record is reported', () => {
  it('with both hashes, what it has lost, and how to say that it is meant', () => {
    expect(overwrittenRecord.detect(given(OTHER))).toEqual([
      {
        playbook: 'overwritten-record',
        id: 'overwritten-record:0.0.0.0:443',
        subject: 'Front, SSL record of 0.0.0.0:443',
        severity: 'warning',
        message:
          'The ABO mapper seems to have overwritten the SSL record of 0.0.0.0:443 (Front): it names the certificate C2A6B03F, and named 1B78EB3B before, and it has lost verifyclientcertrevocation=disable, urlretrievaltimeout=15000 and 1 more; if this is meant: iis-ssl-heal baseline save.',
        facts: [
          { name: 'endpoint', value: '0.0.0.0:443', source: 'test' },
          {
            name: 'keyPath',
            value: 'LM/W3SVC/1',
            source: 'C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config',
          },
          { name: 'thumbprint', value: NEW.thumbprint, source: 'test' },
          { name: 'rememberedThumbprint', value: FRONT.thumbprint, source: 'test' },
          { name: 'settingsLost', value: LOST.join(', '), source: 'test' },
        ],
        endpoints: [FRONT_KEY],
      },
    ]);
  });

  it('of two sites with both of them and both keys, and with what it has lost alone where its certificate is the same', () => {
    const sites = [FRONT_SITE, SHOP_SITE, site(3, 'Twin', ['https :443:'])];
    const both = [entry(FRONT.thumbprint), entry(FRONT.thumbprint, 'LM/W3SVC/3')];
    const [finding] = overwrittenRecord.detect(given(PLAIN, { config: config(both, sites) }));
    expect(finding).toMatchObject({
      subject: 'Front, Twin, SSL record of 0.0.0.0:443',
      message:
        'The ABO mapper seems to have overwritten the SSL record of 0.0.0.0:443 (Front, Twin): it has lost verifyclientcertrevocation=disable, urlretrievaltimeout=15000 and 1 more; if this is meant: iis-ssl-heal baseline save.',
    });
    expect(finding?.facts[1]).toMatchObject({ name: 'keyPath', value: 'LM/W3SVC/1, LM/W3SVC/3' });
  });

  it('with its other certificate alone where it has lost no setting', () => {
    const [finding] = overwrittenRecord.detect(given(OTHER, { baseline: remembering(PLAIN) }));
    expect(finding?.message).toBe(
      'The ABO mapper seems to have overwritten the SSL record of 0.0.0.0:443 (Front): it names the certificate C2A6B03F, and named 1B78EB3B before; if this is meant: iis-ssl-heal baseline save.',
    );
    expect(finding?.facts[4]).toEqual({ name: 'settingsLost', value: '', source: 'test' });
  });

  it('as broken where clients get nothing, as a warning where that was not tried and it can serve', () => {
    const severity = (present: SslRecord, changes: Partial<Evidence>) =>
      overwrittenRecord.detect(given(present, changes))[0]?.severity;
    const dead = met([[FRONT_KEY, handshake({ outcome: 'no-tls', detail: 'closed' })]]);
    expect(severity(PLAIN, { handshakes: dead })).toBe('broken');
    expect(severity(PLAIN, { handshakes: new Map() })).toBe('warning');
    expect(severity({ ...PLAIN, thumbprint: thumb('gone') }, { handshakes: new Map() })).toBe('broken');
    // What clients get decides, whatever should be got.
    expect(severity({ ...PLAIN, thumbprint: thumb('gone') }, {})).toBe('warning');
  });
});

describe('an overwritten record is put back', () => {
  const plan = (of: Evidence) => overwrittenRecord.plan(overwrittenRecord.detect(of)[0]!, of);

  it('behind the strip of its entry, each step with its undo', () => {
    const made = planned(plan(given(PLAIN)));
    expect(made).toMatchObject({
      risk: 'safe',
      covers: ['overwritten-record:0.0.0.0:443'],
      endpoints: [FRONT_RECORD.endpoint],
    });
    expect(made.steps.map(({ do: action, undo }) => [action.kind, undo === 'none' ? undo : 'do' in undo])).toEqual([
      ['copy-file', 'none'],
      ['run', 'none'],
      ['edit-file', true],
      ['run', true],
      ['run', true],
    ]);
    expect(made.steps.slice(3)).toMatchObject([
      { holds: { kind: 'record-absent' }, undo: { holds: { kind: 'record-is', record: PLAIN } } },
      { holds: { kind: 'record-is', record: FRONT_RECORD }, undo: { holds: { kind: 'record-absent' } } },
    ]);
    expect(Object.keys(made.before).map((key) => (JSON.parse(key) as { kind: string }).kind)).toEqual([
      'config',
      'record',
      'entry',
    ]);
    expect(made.effects[2]).toBe(
      '0.0.0.0:443 gets the record of the last state that was seen healthy; new connections fail until it is there.',
    );
  });

  it('by a yes to what disrupts where clients get another certificate, which works', () => {
    const made = planned(plan(given(OTHER)));
    expect(made.risk).toBe('disruptive');
    expect(made.effects[2]).toContain(
      `0.0.0.0:443 gets the record of the last state that was seen healthy with the certificate ${FRONT.thumbprint.slice(0, 8)}; new connections fail until it is there.`,
    );
  });

  it('without one where the present certificate is gone: nobody is served by it', () => {
    const gone = given({ ...PLAIN, thumbprint: thumb('gone') });
    expect(overwrittenRecords(gone).map(canServe)).toEqual([false]);
    const made = planned(plan(gone));
    expect([made.risk, made.covers]).toEqual(['safe', ['overwritten-record:0.0.0.0:443', 'stale-hash:LM/W3SVC/1']]);
  });

  it('not where netsh could not make it, or could not give the present one back', () => {
    expect(plan(given(PLAIN, { baseline: remembering({ ...FRONT_RECORD, flags: 6 }) }))).toEqual({
      blocked: true,
      why: 'the record cannot be put back: netsh has no option for flag 0x4 (no raw filter)',
    });
    expect(plan(given({ ...PLAIN, appId: '' }))).toEqual({
      blocked: true,
      why: 'the record cannot be put back: the record has no application id',
    });
  });

  it('with the entry stripped where others are corrected', () => {
    const of = given(PLAIN);
    const made = planned(
      overwrittenRecord.plan(overwrittenRecord.detect(of)[0]!, of, { ...NO_CHOICES, correct: true }),
    );
    expect(made.steps).toHaveLength(5);
    expect(made.steps[2]?.do).toMatchObject({ kind: 'edit-file' });
  });
});
