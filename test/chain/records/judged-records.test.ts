// Every SSL record, whoever has it: its state, and what is told of it where no chain tells.

import { describe, expect, it } from 'vitest';
import { playbooks } from '../../../playbooks/index.ts';
import { judgedAt, judgedRecords } from '../../../src/chain/records/judged-records.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { planningHere } from '../../../src/model/repair/planning.ts';
import type { Evidence } from '../../../src/model/server/evidence.ts';
import type { SslRecord } from '../../../src/model/server/ssl-record.ts';
import { makePlans } from '../../../src/repair/planning/make-plans.ts';
import { diagnosisJson } from '../../../src/report/documents/json.ts';
import { renderHtml } from '../../../src/report/html/html.ts';
import { renderDiagnosis } from '../../../src/report/terminal/text.ts';
import {
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_RECORD,
  FRONT_SITE,
  have,
  healthyWith,
  lack,
  record,
  remembering,
  SHOP,
  SHOP_RECORD,
  SHOP_SITE,
  site,
  thumb,
} from '../../support/evidence-folder.ts';
import { WIDE } from '../../support/samples.ts';

const SSTP = '{ba195980-cd49-458b-9e23-c84ee0adcd75}';
const NOBODY = '{00000000-0000-0000-0000-000000000000}';
const FOREIGN = '{0fb4a7d8-4c14-4b61-9c3f-1d54a2a3f5e0}';

const withRecord = (extra: SslRecord, changes: Partial<Evidence> = {}) =>
  evidence({ records: have([FRONT_RECORD, SHOP_RECORD, extra], 'HTTP\\Parameters'), ...changes });

const look = (from: Evidence) => {
  const diagnosis = diagnose(from, playbooks);
  const repairs = makePlans(diagnosis.found, planningHere(from));
  const told = [...diagnosis.findings, ...diagnosis.notes].map(({ id, severity }) => `${id} ${severity}`);
  return { diagnosis, repairs, told, verdict: diagnosis.verdict };
};

const OLD = certificate('old', { facts: { notAfter: '2026-02-01T00:00:00.000Z' } });

describe('a record that no site binding has', () => {
  it.each<readonly [string, SslRecord, Partial<Evidence>, string, string, readonly string[]]>([
    ['in order', record('ip', '0.0.0.0:8172', { thumbprint: SHOP.thumbprint, appId: FOREIGN }), {}, 'ok', 'fine', []],
    [
      'that turns everybody away: sites go by their host names there',
      record('ip', '[::]:8443', { thumbprint: SHOP.thumbprint, flags: 0x8 }),
      {},
      'note',
      'record-rejects',
      [],
    ],
    [
      'whose certificate is gone',
      record('ip', '0.0.0.0:55539', { thumbprint: thumb('gone'), appId: FOREIGN }),
      {},
      'warning',
      'certificate-missing',
      ['broken-link:certificate-missing:0.0.0.0:55539 warning'],
    ],
    [
      'without a hash',
      record('sni', 'old.example.test:8443'),
      {},
      'warning',
      'record-without-hash',
      ['broken-link:record-without-hash:old.example.test:8443 warning'],
    ],
    [
      'that has expired',
      record('ip', '0.0.0.0:44300', { thumbprint: OLD.thumbprint }),
      { storeMy: have([FRONT, SHOP, OLD]) },
      'note',
      'certificate-expired',
      [],
    ],
    [
      'at an address of another server, whatever it names',
      record('ip', '10.9.9.9:443', { thumbprint: thumb('gone') }),
      {},
      'note',
      'record-leftover',
      [],
    ],
    ['of the central store', record('ccs', '443'), {}, 'ok', 'central-store', []],
    ['of the central store for one name', record('scoped-ccs', 'cdn.example.test:443'), {}, 'ok', 'central-store', []],
    [
      'in a store that is not read',
      record('ip', '0.0.0.0:8443', { thumbprint: thumb('x'), store: 'Remote Desktop' }),
      {},
      'unknown',
      'not-read',
      [],
    ],
    [
      'of IIS, for a name that a site serves over http alone',
      record('sni', 'www.example.test:443', { thumbprint: SHOP.thumbprint }),
      { config: config([], [FRONT_SITE, SHOP_SITE, site(7, 'New', ['http *:80:www.example.test'])]) },
      'warning',
      'binding-gone',
      ['broken-link:binding-gone:www.example.test:443 warning'],
    ],
    [
      'of another product, for such a name',
      record('sni', 'www.example.test:443', { thumbprint: SHOP.thumbprint, appId: FOREIGN }),
      { config: config([], [FRONT_SITE, SHOP_SITE, site(7, 'New', ['http *:80:www.example.test'])]) },
      'ok',
      'fine',
      [],
    ],
  ])('%s', (_what, extra, changes, state, code, told) => {
    const from = withRecord(extra, changes);
    expect(judgedRecords(from)).toHaveLength(3);
    expect(judgedAt(`${extra.endpoint.table} ${extra.endpoint.name}`, from)).toMatchObject({ state, code, chains: [] });
    expect(look(from).told).toEqual(told);
    expect(look(from).verdict).toBe(told.length > 0 ? 'faulty' : 'healthy');
  });

  it('is that of a site where its central store is for the host name of one of its bindings', () => {
    const central = config([], [FRONT_SITE, SHOP_SITE, site(9, 'Cdn', ['https *:443:cdn.example.test 3'])]);
    const from = withRecord(record('scoped-ccs', 'cdn.example.test:443'), { config: central });
    const cdn = judgedAt('scoped-ccs cdn.example.test:443', from);
    expect(cdn).toMatchObject({ state: 'ok', code: 'central-store' });
    expect(cdn?.chains.map((chain) => chain.site.name)).toEqual(['Cdn']);
  });

  it('of another product is left to that product', () => {
    const gone = record('ip', '0.0.0.0:55539', { thumbprint: thumb('gone'), appId: SSTP });
    const { diagnosis, repairs } = look(withRecord(gone));
    expect(diagnosis.findings[0]?.message).toBe(
      `SSL record of 0.0.0.0:55539 (SSTP (Routing and Remote Access); no site binding uses it): its certificate (${thumb('gone').slice(0, 8)}) is not in LocalMachine\\MY.`,
    );
    expect(repairs.blocked[0]?.blocked).toMatchObject({ who: 'SSTP (Routing and Remote Access)' });
  });
});

describe('a record that a site uses', () => {
  it('and another product has registered is told, with the record', () => {
    const from = evidence({ records: have([{ ...FRONT_RECORD, appId: SSTP }, SHOP_RECORD]) });
    expect(look(from).told).toEqual(['broken-link:record-foreign:0.0.0.0:443 warning']);
    const [finding] = look(from).diagnosis.findings;
    expect(finding?.message).toMatch(/^SSL record of 0\.0\.0\.0:443 \(SSTP.*; Front\): /);
  });

  it('and nobody has registered is judged so, and told by the playbook that gives it to IIS', () => {
    const from = evidence({ records: have([{ ...FRONT_RECORD, appId: NOBODY }, SHOP_RECORD]) });
    expect(look(from).told).toEqual(['lost-binding:0.0.0.0:443 warning']);
    expect(judgedAt('ip 0.0.0.0:443', from)).toMatchObject({ code: 'record-ownerless', owner: 'nobody' });
  });

  it('is no fault any more once a person has said that it is meant', () => {
    const foreign = { ...FRONT_RECORD, appId: SSTP };
    const from = evidence({ records: have([foreign, SHOP_RECORD]), baseline: remembering(foreign, SHOP_RECORD) });
    expect(look(from).told).toEqual([]);
  });
});

describe('an https binding that a healthy state had', () => {
  it('and the configuration has no more is a warning, until baseline save', () => {
    const baseline = remembering(FRONT_RECORD, SHOP_RECORD);
    const gone = { config: config([], [SHOP_SITE]), records: have([SHOP_RECORD]) };
    expect(look(evidence({ ...gone, baseline })).told).toEqual(['broken-link:binding-gone:0.0.0.0:443 warning']);
    expect(look(evidence({ ...gone, baseline })).diagnosis.findings[0]?.message).toContain('Front, https *:443:');
    expect(look(evidence(gone)).told).toEqual([]);
    expect(look(evidence({ ...gone, baseline: lack() })).told).toEqual([]);
    const newest = { ...healthyWith(SHOP_RECORD), bindings: healthyWith().bindings.slice(1) };
    expect(look(evidence({ ...gone, baseline: have({ states: [newest, healthyWith(FRONT_RECORD)] }) })).told).toEqual(
      [],
    );
  });

  it('is not missed where the configuration was not read', () => {
    const from = evidence({ config: lack(), baseline: remembering(FRONT_RECORD) });
    expect(look(from).told).toEqual([]);
    expect(look(from).verdict).toBe('unknown');
  });
});

describe('the records in the reports', () => {
  const from = withRecord(record('ip', '0.0.0.0:55539', { thumbprint: thumb('gone'), appId: FOREIGN }));
  const { diagnosis, repairs } = look(from);

  it('are all in JSON, with owner, sites and certificate', () => {
    const { records } = diagnosisJson(diagnosis, repairs, 'x');
    expect(records).toHaveLength(3);
    expect(records[0]).toMatchObject({
      endpoint: { table: 'ip', name: '0.0.0.0:443' },
      owner: { product: 'IIS' },
      sites: ['Front'],
      certificate: { thumbprint: FRONT.thumbprint, name: 'front.example.test', validUntil: FRONT.facts.notAfter },
      state: 'ok',
      code: 'fine',
    });
    expect(records[2]).toMatchObject({ owner: { appId: FOREIGN, product: 'another program' }, sites: [] });
  });

  it('are folded in text and HTML: a count, and a line for each that is not in order', () => {
    const text = renderDiagnosis(diagnosis, '', WIDE, repairs);
    expect(text).toContain('3 SSL records: 2 of site bindings, 1 of another program\n');
    expect(
      text,
    ).toContain(`! At risk: SSL record of 0.0.0.0:55539 (another program; no site binding uses it). Healthy: 2 of 2 https bindings.
  FRONT, Windows build 17763; looked at 2026-03-01 12:00:00 +00:00 by WEB01\\olga; iis-ssl-heal 0.0.0

What to do:
  ! 1. SSL record of 0.0.0.0:55539 (another program; no site binding uses it) is at risk (broken-link). SSL record of
       0.0.0.0:55539 (another program; no site binding uses it): its certificate (${thumb('gone').slice(0, 8)}) is not in LocalMachine\\MY.
       no repair from here: the record is not of IIS, and only another program changes it; needed: another program

✔ Front, https *:443:, certificate front.example.test (1B78EB3B), 305 days left
✔ Shop, https *:443:shop.example.test, certificate shop.example.test (5042D146), 305 days left

3 SSL records: 2 of site bindings, 1 of another program
  ! 0.0.0.0:55539 (of another program): its certificate (${thumb('gone').slice(0, 8)}) is not in LocalMachine\\MY

What these words mean:
  SSL record: what Windows keeps for one address or host name and its port (netsh http show sslcert): which certificate,
    and which settings.

Next: nothing of this is repaired from here. When it is mended, look again:
  iis-ssl-heal check
`);
    const html = renderHtml(diagnosis, repairs, 'x');
    expect(html).toMatch(/<details>\n<summary>3 SSL records: 2 of site bindings, 1 of another program<\/summary>/);
    expect(html.slice(html.indexOf('3 SSL records')).match(/<li><span/g)).toHaveLength(3);
  });

  it('are none where they were not read, and the verdict says so', () => {
    const unread = look(evidence({ records: lack() }));
    expect(diagnosisJson(unread.diagnosis, unread.repairs, 'x').records).toEqual([]);
    expect(unread.verdict).toBe('unknown');
  });
});
