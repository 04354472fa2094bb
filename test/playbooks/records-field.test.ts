// Servers as they were found, and causes as they were planted, rebuilt with names and hashes of our own: each was once called
// healthy. What is wrong is named in text and JSON with its record, and the exit code is 1.

import { describe, expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { checkOutcome } from '../../src/diagnosis/outcome.ts';
import { planningHere } from '../../src/model/repair/planning.ts';
import { exitCodeOf } from '../../src/model/run/run-outcome.ts';
import type { EventRecord, Evidence, Greeted, Handshake } from '../../src/model/server/evidence.ts';
import type { SslRecord } from '../../src/model/server/ssl-record.ts';
import { makePlans } from '../../src/repair/planning/make-plans.ts';
import { diagnosisJson } from '../../src/report/documents/json.ts';
import { renderDiagnosis } from '../../src/report/terminal/text.ts';
import {
  capiKey,
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_KEY,
  FRONT_RECORD,
  have,
  keyFile,
  keyFiles,
  lack,
  record,
  SHOP,
  SHOP_KEY,
  SHOP_RECORD,
  serves,
  site,
  thumb,
} from '../support/evidence-folder.ts';
import { WIDE } from '../support/samples.ts';

const seen = (from: Evidence) => {
  const diagnosis = diagnose(from, playbooks);
  const repairs = makePlans(diagnosis.found, planningHere(from));
  const json = diagnosisJson(diagnosis, repairs, 'x');
  return {
    exitCode: exitCodeOf(checkOutcome(diagnosis)),
    ids: diagnosis.findings.map(({ id }) => id),
    text: renderDiagnosis(diagnosis, '', { ...WIDE, verbose: true }, repairs).replaceAll(/\s+/g, ' '),
    records: json.records.map(({ endpoint, state, code }) => `${endpoint.name} ${state} ${code}`),
    findings: json.findings,
    blocked: repairs.blocked,
    plans: repairs.plans,
  };
};

const mine = (seed: string, names: readonly string[], store = 'MY') =>
  certificate(seed, { store, key: capiKey({ container: `{${seed}}` }), facts: { names, subject: `CN=${names[0]}` } });

/** An evidence folder of an earlier version: nobody was greeted, and no address is known. */
const folder = (
  sites: readonly string[],
  records: readonly SslRecord[],
  certificates: readonly ReturnType<typeof mine>[],
  changes: Partial<Evidence> = {},
) =>
  evidence({
    config: config([], sites),
    records: have(records),
    storeMy: have(certificates.filter(({ store }) => store === 'MY')),
    storeWebHosting: have(certificates.filter(({ store }) => store === 'WebHosting')),
    keyFiles: keyFiles(certificates.map(({ key }) => keyFile(key!, 'machine-capi'))),
    acls: lack(),
    addresses: lack('addresses.txt is not in the folder'),
    handshakes: new Map(),
    ...changes,
  });

const complaint = (Endpoint: string, time = '2026-03-01T11:40:11.123Z'): EventRecord => ({
  provider: 'Microsoft-Windows-HttpEvent',
  id: 15021,
  time,
  data: { Endpoint, Binary: `${'0'.repeat(80)}5F0000C0` },
});

describe('servers as they were found', () => {
  it('q227642: IPv6 clients of a mail server meet a record whose certificate is gone', () => {
    const mail = mine('mail', ['mail.example.org']);
    const machine = mine('machine', ['mx7', 'mx7.lan.example.test']);
    const sites = [
      site(1, 'Default Web Site', ['http :80:', 'https :443:', 'https 127.0.0.1:443:']),
      site(2, 'Back End', ['http *:81:', 'https *:444:']),
    ];
    const records = [
      record('ip', '0.0.0.0:443', { thumbprint: mail.thumbprint }),
      record('ip', '127.0.0.1:443', { thumbprint: mail.thumbprint }),
      record('ip', '0.0.0.0:444', { thumbprint: machine.thumbprint }),
      record('ip', '[::]:443', { thumbprint: thumb('gone') }),
    ];
    const found = seen(folder(sites, records, [mail, machine], { systemEvents: have([complaint('[::]:443')]) }));
    expect(found).toMatchObject({ exitCode: 1, ids: ['shadowing-record:[::]:443'] });
    expect(found.records).toContain('[::]:443 warning record-shadows');
    expect(found.text).toContain('over IPv6');
    expect(found.text).toContain('event 15021 once at 2026-03-01T11:40:11.123Z, 0xC000005F');
  });

  it('winacme1686: a record at an address, of no binding, wins over the SNI record there', () => {
    const db = mine('db', ['db.example.org'], 'WebHosting');
    const server = mine('server', ['dbsrv07']);
    const records = [
      record('ip', '10.20.30.40:443', { thumbprint: server.thumbprint }),
      record('sni', 'db.example.org:443', { thumbprint: db.thumbprint, store: 'WebHosting' }),
    ];
    const sites = [site(1, 'Default Web Site', ['http *:80:', 'https *:443:db.example.org 1'])];
    const found = seen(folder(sites, records, [db, server]));
    expect(found).toMatchObject({ exitCode: 1, ids: ['shadowing-record:10.20.30.40:443'] });
    expect(found.findings[0]).toMatchObject({
      severity: 'warning',
      subject: 'Default Web Site, SSL record of 10.20.30.40:443',
    });
    expect(found.text).toContain('repair: Delete the SSL record of 10.20.30.40:443, which no site binding uses');
  });

  it('winacme1172: https bindings are gone, and their records have stayed', () => {
    const domain = mine('domain', ['domain.example', 'www.domain.example'], 'WebHosting');
    const records = ['domain.example:443', 'www.domain.example:443'].map((name) =>
      record('sni', name, { thumbprint: domain.thumbprint, store: 'WebHosting' }),
    );
    const sites = [site(7, 'domain_new', ['http *:80:domain.example', 'http *:80:www.domain.example'])];
    const found = seen(folder(sites, records, [domain]));
    expect(found).toMatchObject({
      exitCode: 1,
      ids: ['broken-link:binding-gone:domain.example:443', 'broken-link:binding-gone:www.domain.example:443'],
    });
    expect(found.text).not.toContain('Nothing is wrong');
    expect(found.text).toContain('domain_new still has the http binding of this name');
  });

  it('iisadmin-55539: the record of another program names a certificate that is gone', () => {
    const appId = '{5b1e92c4-7a0d-4f7e-8a53-0c9d1b6e2f77}';
    const gone = record('ip', '0.0.0.0:55539', { thumbprint: thumb('admin'), appId });
    const sites = [site(1, 'Default Web Site', ['http *:80:'])];
    const found = seen(folder(sites, [gone], [], { systemEvents: have([complaint('0.0.0.0:55539')]) }));
    expect(found).toMatchObject({ exitCode: 1, ids: ['broken-link:certificate-missing:0.0.0.0:55539'], plans: [] });
    for (const words of ['0.0.0.0:55539', appId, thumb('admin'), 'event 15021']) expect(found.text).toContain(words);
    expect(found.blocked[0]?.blocked.who).toBe('another program');
  });

  it('healthy-looking-with-15021: the newest events are a minute old, and nothing contradicts them', () => {
    const web = mine('web', ['web07.example.org']);
    const schannel: EventRecord = {
      provider: 'Schannel',
      id: 36870,
      time: '2026-03-01T11:59:11.113Z',
      data: { CallerProcessId: '4', CallerProcessImageName: 'SYSTEM', Type: 'server', ErrorCode: '0x8009030d' },
    };
    const systemEvents = have([complaint('0.0.0.0:443', '2026-03-01T11:59:11.123Z'), schannel]);
    const sites = [site(1, 'Default Web Site', ['https *:443:'])];
    const found = seen(
      folder(sites, [record('ip', '0.0.0.0:443', { thumbprint: web.thumbprint })], [web], { systemEvents }),
    );
    expect(found).toMatchObject({ exitCode: 1, ids: ['broken-link:certificate-not-used:0.0.0.0:443'] });
    expect(found.text).not.toMatch(/healthy/i);
    for (const words of ['event 15021', 'event 36870', '0x8009030D', '2026-03-01T11:59:11'])
      expect(found.text).toContain(words);
  });
});

describe('causes that were planted into a healthy server', () => {
  const got = (address: string, thumbprint?: string): Greeted => {
    const answer: Handshake =
      thumbprint === undefined
        ? { outcome: 'no-tls', detail: 'ECONNRESET' }
        : { outcome: 'certificate', thumbprint, protocol: 'TLSv1.3' };
    return { greeting: { address, port: 443, name: '' }, got: have(answer) };
  };
  const met = (...greeted: readonly Greeted[]) =>
    new Map<string, readonly Greeted[]>([
      [FRONT_KEY, [got('127.0.0.1', FRONT.thumbprint), ...greeted]],
      [SHOP_KEY, [{ got: serves(SHOP.thumbprint) }]],
    ]);
  const both = [FRONT_RECORD, SHOP_RECORD];

  it.each<readonly [string, Partial<Evidence>, string, string]>([
    [
      'a copy of the record at an address of the server',
      {
        records: have([...both, { ...FRONT_RECORD, endpoint: { table: 'ip', name: '10.0.0.5:443' } }]),
        handshakes: met(got('10.0.0.5', FRONT.thumbprint)),
      },
      'shadowing-record:10.0.0.5:443',
      '10.0.0.5:443 warning record-shadows',
    ],
    [
      '[::] with a hash of zeros',
      {
        records: have([...both, record('ip', '[::]:443', { thumbprint: '0'.repeat(40) })]),
        handshakes: met(got('::1')),
      },
      'shadowing-record:[::]:443',
      '[::]:443 broken record-shadows',
    ],
    [
      'the application id of SSTP',
      { records: have([{ ...FRONT_RECORD, appId: '{ba195980-cd49-458b-9e23-c84ee0adcd75}' }, SHOP_RECORD]) },
      'broken-link:record-foreign:0.0.0.0:443',
      '0.0.0.0:443 warning record-foreign',
    ],
    [
      'an application id of zeros',
      { records: have([{ ...FRONT_RECORD, appId: '{00000000-0000-0000-0000-000000000000}' }, SHOP_RECORD]) },
      'lost-binding:0.0.0.0:443',
      '0.0.0.0:443 warning record-ownerless',
    ],
    [
      'the flag reject',
      {
        records: have([{ ...FRONT_RECORD, flags: 0x8 }, SHOP_RECORD]),
        handshakes: new Map([[FRONT_KEY, [got('127.0.0.1')]]]),
      },
      'no-common-tls:record-rejects:0.0.0.0:443',
      '0.0.0.0:443 broken record-rejects',
    ],
  ])('%s', (_what, changes, id, state) => {
    const found = seen(evidence(changes));
    expect(found).toMatchObject({ exitCode: 1, ids: [id] });
    expect(found.records).toContain(state);
    expect(found.text).toContain(`${state.split(' ')[0]} (`);
  });
});
