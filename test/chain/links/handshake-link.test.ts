import { describe, expect, it } from 'vitest';
import { joinChains } from '../../../src/chain/join.ts';
import type { Evidence, Greeted, Handshake } from '../../../src/model/server/evidence.ts';
import type { Known } from '../../../src/model/server/known.ts';
import {
  certificate,
  config,
  evidence,
  FRONT,
  FRONT_KEY,
  FRONT_RECORD,
  FRONT_SITE,
  handshake,
  have,
  lack,
  record,
  SHOP,
  SHOP_KEY,
  SHOP_RECORD,
  serves,
  site,
} from '../../support/evidence-folder.ts';

const at = (address: string, got: Known<Handshake>, name = ''): Greeted => ({
  greeting: { address, port: 443, name },
  got,
});
const RIGHT = serves(FRONT.thumbprint);
const OTHER = serves(SHOP.thumbprint);
const RESET = handshake({ outcome: 'no-tls', detail: 'ECONNRESET' });
const REFUSED = handshake({ outcome: 'no-connection', detail: 'ECONNREFUSED' });

const link = (greeted: readonly Greeted[], changes: Partial<Evidence> = {}, chain = 0, key = FRONT_KEY) => {
  const given = evidence({ handshakes: new Map([[key, greeted]]), ...changes });
  const found = joinChains(given)[chain]?.links[5];
  return `${found?.state} ${found?.code}: ${found?.message}`;
};

describe('the handshake link over all greetings', () => {
  it('is fine where every visitor is right, and says where', () => {
    expect(link([at('127.0.0.1', RIGHT), at('::1', RIGHT)])).toBe(
      `ok fine: TLSv1.3, ${FRONT.thumbprint.slice(0, 8)}; handshakes at 127.0.0.1, ::1`,
    );
  });

  it('is broken where one is wrong, and says where, as whom, and what that one gets', () => {
    expect(link([at('127.0.0.1', RIGHT), at('10.0.0.5', OTHER)])).toBe(
      `broken handshake-other-certificate: at 10.0.0.5:443 visitors get another certificate: shop.example.test (${SHOP.thumbprint.slice(0, 8)}); right at 127.0.0.1`,
    );
    const shop = (got: Known<Handshake>) => at('2001:db8::5', got, 'shop.example.test');
    expect(link([shop(RIGHT)], {}, 1, SHOP_KEY)).toBe(
      `broken handshake-other-certificate: at [2001:db8::5]:443 as shop.example.test visitors get another certificate: front.example.test (${FRONT.thumbprint.slice(0, 8)})`,
    );
    expect(link([at('127.0.0.1', RIGHT), at('10.0.0.5', RESET), at('::1', REFUSED)])).toBe(
      'broken handshake-no-tls: at 10.0.0.5:443 no TLS answer: ECONNRESET; at [::1]:443 nobody answers: ECONNREFUSED; right at 127.0.0.1',
    );
  });

  it('names a certificate that was sent and is in no store', () => {
    const strange = handshake({ outcome: 'certificate', thumbprint: 'AB'.repeat(20), protocol: 'TLSv1.2' });
    expect(link([at('10.0.0.5', strange)])).toContain(
      `broken handshake-other-certificate: at 10.0.0.5:443 visitors get another certificate: ${'AB'.repeat(20).slice(0, 8)}`,
    );
  });

  it('counts what it does not list', () => {
    const all = [1, 2, 3, 4, 5].map((host) => at(`10.0.0.${host}`, REFUSED));
    expect(link(all)).toBe(
      'broken handshake-no-connection: at 10.0.0.1:443, 10.0.0.2:443, 10.0.0.3:443, 10.0.0.4:443 and 1 more nobody answers: ECONNREFUSED',
    );
  });

  it('is unknown, and never fine, where one greeting beside right ones was not read', () => {
    expect(link([at('127.0.0.1', RIGHT), at('10.0.0.5', lack('no network'))])).toBe(
      'unknown not-read: not checked: no network',
    );
    expect(link([at('127.0.0.1', OTHER), at('10.0.0.5', lack('no network'))])).toContain('broken');
  });

  it('has a note where loopback alone fails (KB5066835)', () => {
    expect(link([at('127.0.0.1', RESET), at('10.0.0.5', RIGHT)])).toBe(
      `note loopback-reset: TLSv1.3, ${FRONT.thumbprint.slice(0, 8)}; handshakes at 10.0.0.5; only loopback fails at 127.0.0.1, where no visitor comes (KB5066835)`,
    );
    expect(link([at('127.0.0.1', RESET), at('10.0.0.5', OTHER)])).toContain('broken handshake-no-tls');
    expect(link([at('127.0.0.1', RESET), at('::1', RIGHT)])).toContain('broken handshake-no-tls: at 127.0.0.1:443');
    expect(link([at('127.0.0.1', RESET)])).toContain('broken handshake-no-tls: at 127.0.0.1:443');
  });

  it('says which addresses with a record of their own nobody was greeted at', () => {
    const records = have([FRONT_RECORD, SHOP_RECORD, record('ip', '10.0.0.5:443', { thumbprint: SHOP.thumbprint })]);
    expect(link([at('127.0.0.1', RIGHT)], { records })).toBe(
      `note not-all-greeted: TLSv1.3, ${FRONT.thumbprint.slice(0, 8)}; handshakes at 127.0.0.1; no handshake was tried at 10.0.0.5, where another record may answer`,
    );
    const bound = config([], [FRONT_SITE, site(3, 'Own', ['https 10.0.0.5:443:'])]);
    expect(link([at('127.0.0.1', RIGHT)], { records, config: bound })).toContain('ok fine');
    expect(link([at('127.0.0.1', RIGHT)], { records, addresses: have(['127.0.0.1']) })).toContain('ok fine');
    expect(link([at('127.0.0.1', RIGHT)], { records, listenList: have(['127.0.0.1']) })).toContain('ok fine');
  });

  it('is of the visitors of its own binding, by name and address', () => {
    const sites = [site(1, 'A', ['https *:443:front.example.test']), site(2, 'B', ['https *:443:b.test'])];
    const greeted = [at('127.0.0.1', RIGHT, 'front.example.test')];
    const changes = { config: config([], sites) };
    expect(link(greeted, changes)).toContain('ok fine');
    expect(link(greeted, changes, 1)).toBe(
      'unknown not-read: not checked: no handshake was tried as b.test: at most 8 names of an endpoint are tried',
    );
    const wild = { config: config([], [site(1, 'W', ['https *:443:*.example.test'])]) };
    expect(link([at('127.0.0.1', RIGHT, 'iis-ssl-heal-check.example.test')], wild)).toContain('ok fine');
  });
});

describe('a renewal that Schannel serves in the place of the record’s certificate', () => {
  const renewed = certificate('renewed', { key: FRONT.key!, facts: { names: ['front.example.test'] } });
  const old = { ...FRONT, renewal: renewed.thumbprint };
  const NEW = serves(renewed.thumbprint);
  const links = (front: typeof old, greeted: readonly Greeted[], changes: Partial<Evidence> = {}) =>
    joinChains(
      evidence({ storeMy: have([front, SHOP, renewed]), handshakes: new Map([[FRONT_KEY, greeted]]), ...changes }),
    )[0]?.links.map(({ state, code }) => `${state} ${code}`);

  it('is right, with a note that the record still names the old one', () => {
    expect(link([at('10.0.0.5', NEW)], { storeMy: have([old, SHOP, renewed]) })).toBe(
      `note renewal-served: TLSv1.3, ${renewed.thumbprint.slice(0, 8)}; handshakes at 10.0.0.5; Schannel serves the renewal, and the record still names ${FRONT.thumbprint.slice(0, 8)}`,
    );
  });

  it('lets the old one be expired, and its key be gone', () => {
    const expired = { ...old, facts: { ...old.facts, notAfter: '2026-02-01T00:00:00.000Z' } };
    const gone = { keyFiles: have({ paths: [], unread: [] }) };
    expect(links(expired, [at('10.0.0.5', NEW)], gone)).toEqual([
      'ok fine',
      'ok fine',
      'note renewal-served',
      'note key-lost',
      'note skipped',
      'note renewal-served',
    ]);
    expect(links(expired, [at('10.0.0.5', NEW), at('127.0.0.1', RIGHT)])?.[2]).toBe('broken certificate-expired');
    expect(links(expired, [])?.[2]).toBe('broken certificate-expired');
  });

  it('is wrong where it is another certificate, or cannot serve itself', () => {
    expect(links(old, [at('10.0.0.5', OTHER)])?.[5]).toBe('broken handshake-other-certificate');
    const stale = { ...renewed, facts: { ...renewed.facts, notAfter: '2026-02-01T00:00:00.000Z' } };
    expect(links(old, [at('10.0.0.5', NEW)], { storeMy: have([old, SHOP, stale]) })?.[5]).toBe(
      'broken handshake-other-certificate',
    );
  });
});
