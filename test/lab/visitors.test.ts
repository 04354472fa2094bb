import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ownAddresses } from '../../src/lab/http/addresses.ts';
import { deleteRecord, readRecord, readRecords } from '../../src/lab/http/http-sys.ts';
import { listening } from '../../src/lab/http/listeners.ts';
import { probe } from '../../src/lab/http/probe.ts';
import { type ServedLab, serveLab } from '../../src/lab/http/serve.ts';
import { whoAnswers } from '../../src/lab/http/who-answers.ts';
import { LAB_FACTS, NotALab, openLab } from '../../src/lab/open.ts';
import { rebootLab } from '../../src/lab/services/reboot.ts';
import { findService } from '../../src/lab/services/services.ts';
import { type Answers, answerOf, parseAnswers, UNKNOWNS } from '../../src/lab/unknowns.ts';
import { eventsOf, newLab, served } from '../support/new-lab.ts';
import {
  CDN_HOST,
  FOREIGN,
  GHOST,
  listenOnly,
  OWNERS,
  type Plant,
  plant,
  SHOP,
  SHOP_HOST,
  SITE,
  thumbprintOf,
} from '../support/plants.ts';
import { visit } from '../support/visitor.ts';

const OWN = '192.0.2.9';
const OWN6 = '2001:db8::9';
const GHOST_IP = GHOST.replace(':443', '');

/** A lab with these plants. */
function planted(plants: readonly Plant[], unknowns: Answers = {}) {
  const server = newLab({ unknowns });
  const site = thumbprintOf(server, 'ip', SITE);
  const shop = thumbprintOf(server, 'sni', SHOP);
  plant(server, ...plants);
  return { server, site, shop };
}

/** `site` and `shop` are the certificates that the two sites had before anything was planted. */
async function got({ server, site, shop }: ReturnType<typeof planted>, address: string, name?: string, port = 443) {
  const seen = await served(server, name, address, port);
  if (seen === site) return 'site';
  if (seen === shop) return 'shop';
  return seen.length === 40 ? 'another' : seen;
}

describe('the addresses of a lab', () => {
  it('are loopback, two of its own, and those that bindings and records name', () => {
    expect(ownAddresses(newLab())).toEqual(['127.0.0.1', '::1', OWN, OWN6]);
    expect(ownAddresses(planted(['ghost-record']).server)).toEqual(['127.0.0.1', '::1', OWN, OWN6, GHOST_IP]);
  });

  it('are those of lab.json alone where it lists them, and never a foreign one', () => {
    expect(ownAddresses(newLab({ addresses: ['198.51.100.4', '2001:db8::4'] }))).toEqual([
      '127.0.0.1',
      '::1',
      '198.51.100.4',
      '2001:db8::4',
    ]);
    expect(ownAddresses(planted(['ghost-elsewhere', 'foreign-address']).server)).not.toContain(FOREIGN);
  });

  it('are where it can be greeted; at no other address does anything listen', async () => {
    const lab = planted([]);
    for (const address of ['127.0.0.1', '::1', OWN, OWN6, '[2001:db8::9]', '0.0.0.0', '::'])
      expect(await got(lab, address)).toBe('site');
    for (const address of [GHOST_IP, FOREIGN, '2001:db8::77']) expect(await got(lab, address)).toBe('no-connection');
  });

  it.each([
    ['addresses that are no list', { addresses: OWN }],
    ['an address that is no text', { addresses: [4] }],
    ['a switch that nobody knows', { unknowns: { 'record-ordre': 'sni-first' } }],
    ['a switch of every object', { unknowns: { constructor: 'sni-first' } }],
    ['an answer that a switch does not have', { unknowns: { 'record-order': 'random' } }],
  ])('refuses a lab.json with %s', (_what, wrong) => {
    const { disk, facts } = newLab();
    disk.write(LAB_FACTS, Buffer.from(JSON.stringify({ ...facts, ...wrong })));
    expect(() => openLab(disk)).toThrow(NotALab);
  });
});

describe('what a visitor gets', () => {
  it.each<[readonly Plant[], string, string | undefined, string]>([
    [['ghost-record'], GHOST_IP, SHOP_HOST, 'site'],
    [['ghost-record'], OWN, SHOP_HOST, 'shop'],
    [['shadowing-record'], OWN, SHOP_HOST, 'site'],
    [['shadowing-record'], '127.0.0.1', SHOP_HOST, 'shop'],
    [['ghost-elsewhere'], FOREIGN, undefined, 'no-connection'],
    [['ipv6-zero-hash'], OWN6, undefined, 'no-tls'],
    [['ipv6-zero-hash'], '::1', undefined, 'no-tls'],
    [['ipv6-zero-hash'], OWN6, SHOP_HOST, 'shop'],
    [['ipv6-zero-hash'], OWN, undefined, 'site'],
    [['wrong-name'], OWN, SHOP_HOST, 'site'],
    [['sni-flag-lost'], OWN, SHOP_HOST, 'shop'],
    [['sni-flag-and-record-lost'], OWN, SHOP_HOST, 'site'],
    [['sni-record-lost'], OWN, SHOP_HOST, 'site'],
    [['owned-by-sstp'], OWN, undefined, 'site'],
    [['owned-by-nobody'], OWN, undefined, 'site'],
    [['listens-on-loopback'], '127.0.0.1', undefined, 'site'],
    [['listens-on-loopback'], OWN, undefined, 'no-connection'],
    [['listens-on-loopback'], '::1', undefined, 'no-connection'],
    [['signature-key'], OWN, undefined, 'no-tls'],
    [['signature-key'], OWN, SHOP_HOST, 'shop'],
    [['rejecting-record'], OWN, undefined, 'no-tls'],
    [['certificate-gone'], OWN, undefined, 'no-tls'],
    [['sstp-pair'], OWN6, undefined, 'site'],
    // Another site of the port keeps it open, and the record of the stopped one still answers.
    [['site-stopped'], OWN, SHOP_HOST, 'shop'],
    [['all-sites-stopped'], OWN, SHOP_HOST, 'no-connection'],
    [['all-sites-stopped', 'owned-by-sstp'], OWN, SHOP_HOST, 'shop'],
    [['w3svc-stopped'], OWN, undefined, 'no-connection'],
    [['w3svc-disabled'], OWN, undefined, 'no-connection'],
    [['w3svc-disabled', 'owned-by-sstp'], OWN, undefined, 'site'],
    [['http-disabled', 'owned-by-sstp'], OWN, undefined, 'no-connection'],
    [['ad-fs-only'], OWN, undefined, 'site'],
    [['no-abo-mapper'], OWN, undefined, 'site'],
    [['foreign-address'], FOREIGN, undefined, 'no-connection'],
    [['renewal-linked'], OWN, undefined, 'another'],
    [['renewal-without-key'], OWN, undefined, 'site'],
    [['tpm-key'], OWN, undefined, 'site'],
    [['central-store'], OWN, CDN_HOST, 'another'],
    [['central-store'], OWN, undefined, 'site'],
    [['central-store'], OWN, SHOP_HOST, 'shop'],
    [['central-store-off'], OWN, CDN_HOST, 'no-tls'],
    [['central-file-missing'], OWN, CDN_HOST, 'no-tls'],
    [['central-share-gone'], OWN, CDN_HOST, 'no-tls'],
    [['central-record-lost'], OWN, CDN_HOST, 'site'],
    [['central-wildcard'], OWN, CDN_HOST, 'another'],
    [['scoped-central-store'], OWN, CDN_HOST, 'another'],
    [['scoped-central-store'], OWN, 'other.example.test', 'site'],
  ])('with %j at %s who asks for %s: %s', async (plants, address, name, expected) => {
    expect(await got(planted(plants), address, name)).toBe(expected);
  });

  it('is the same after a reboot where a service is disabled, and as before where it was only stopped', () => {
    for (const name of ['W3SVC', 'HTTP'] as const) {
      const server = planted([name === 'HTTP' ? 'http-disabled' : 'w3svc-disabled']).server;
      rebootLab(server);
      expect(findService(server, 'W3SVC')!.running).toBe(false);
      expect(listening(server)).toEqual([]);
    }
    const stopped = planted(['w3svc-stopped']).server;
    rebootLab(stopped);
    expect(listening(stopped).map(({ endpoint }) => endpoint)).toEqual(['0.0.0.0:443', SHOP]);
  });

  it('loses a key in hardware that http.sys only remembers with the reboot', async () => {
    const lab = planted(['tpm-key']);
    rebootLab(lab.server);
    expect(await got(lab, OWN)).toBe('no-tls');
  });

  it('keeps the last renewal of several, and ends where they go round', async () => {
    const lab = planted(['renewal-linked', 'renewal-linked']);
    expect(await got(lab, OWN)).toBe('another');
  });

  it('knows who is behind a record that listens without a site', async () => {
    const lab = planted(['foreign-record-dead']);
    const { server } = lab;
    expect(readRecord(server, 'ip', '0.0.0.0:55539')!.appId).toBe(OWNERS.unknown);
    expect(await got(lab, OWN, undefined, 55539)).toBe('no-tls');
    expect(whoAnswers(server, { ip: OWN, port: 55539 })).toMatchObject({
      gets: 'reset',
      why: 'no-credential',
      record: { endpoint: '0.0.0.0:55539' },
      failed: { hresult: 0x80092004 },
    });
  });

  it('tells the reset of a record from that of none', () => {
    const place = { ip: OWN, port: 443 };
    expect(whoAnswers(planted(['rejecting-record']).server, place)).toMatchObject({
      gets: 'reset',
      why: 'record-rejects',
    });
    const bare = newLab();
    for (const { table, endpoint } of readRecords(bare)) deleteRecord(bare, table, endpoint);
    expect(whoAnswers(bare, place)).toEqual({ gets: 'reset', why: 'no-record' });
  });
});

describe('the listen-only list', () => {
  it('takes wildcards for a family, and any spelling of brackets', async () => {
    for (const [list, heard] of [
      [['0.0.0.0'], ['127.0.0.1', OWN]],
      [['::'], ['::1', OWN6]],
      [
        [`[${OWN6}]`, OWN],
        [OWN, OWN6],
      ],
      [['198.51.100.9'], []],
    ] as const) {
      const server = newLab();
      listenOnly(server, ...list);
      const at = [];
      for (const address of ['127.0.0.1', '::1', OWN, OWN6])
        if ((await served(server, undefined, address)) !== 'no-connection') at.push(address);
      expect(at.toSorted()).toEqual(heard.toSorted());
    }
  });
});

describe('what is not known of Windows', () => {
  it.each<[Answers, readonly Plant[], string, string | undefined, string]>([
    [{ 'record-order': 'wildcard-first' }, [], OWN, SHOP_HOST, 'site'],
    [{ 'record-order': 'wildcard-first' }, ['shadowing-record'], OWN, undefined, 'site'],
    [{ 'ipv6-wildcard': 'both-families' }, ['ipv6-zero-hash'], OWN, undefined, 'site'],
    [{ 'central-store-miss': 'next-record' }, ['central-store-off'], OWN, CDN_HOST, 'site'],
    [{ 'central-store-miss': 'next-record' }, ['central-file-missing'], OWN, CDN_HOST, 'site'],
    [{ 'central-store-miss': 'next-record' }, ['central-store'], OWN, CDN_HOST, 'another'],
    [{ 'renewal-property': 'not-followed' }, ['renewal-linked'], OWN, undefined, 'site'],
    [{ 'loopback-connections': 'reset-in-handshake' }, [], '127.0.0.1', undefined, 'no-tls'],
    [{ 'loopback-connections': 'reset-in-handshake' }, [], '::1', undefined, 'no-tls'],
    [{ 'loopback-connections': 'reset-in-handshake' }, [], OWN, undefined, 'site'],
    [{ 'loopback-connections': 'reset-after-handshake' }, [], '127.0.0.1', undefined, 'site'],
  ])('%j with %j at %s who asks for %s: %s', async (unknowns, plants, address, name, expected) => {
    expect(await got(planted(plants, unknowns), address, name)).toBe(expected);
  });

  it('lets a record of [::] answer IPv4 where 0.0.0.0 has none, or not', async () => {
    for (const [answer, expected] of [
      ['both-families', 'site'],
      ['ipv6-only', 'no-tls'],
    ] as const) {
      const lab = planted(['sstp-pair'], { 'ipv6-wildcard': answer });
      deleteRecord(lab.server, 'ip', SITE);
      expect(await got(lab, OWN)).toBe(expected);
      expect(await got(lab, OWN6)).toBe('site');
    }
  });

  it('is a list of switches with two answers or more, the default first, and words', () => {
    for (const [name, { answers, why, decides }] of Object.entries(UNKNOWNS)) {
      expect(name).toMatch(/^[a-z0-9-]+$/);
      expect(new Set(answers).size).toBeGreaterThan(1);
      expect(why.length).toBeGreaterThan(40);
      expect(decides.length).toBeGreaterThan(20);
      expect(answerOf({}, name as keyof typeof UNKNOWNS)).toBe(answers[0]);
    }
  });

  it.each([
    ['record-order=wildcard-first,ipv6-wildcard=both-families', undefined],
    ['', 'there is no switch ""'],
    ['record-order', 'is no answer; record-order is sni-first or wildcard-first'],
    ['record-order=yes', 'is no answer'],
    ['record-order=sni-first=sni-first', 'is no answer'],
    ['constructor=x', 'there is no switch "constructor"'],
    ['record-order=sni-first,record-order=sni-first', 'record-order is answered twice'],
  ])('are answered by %j, or one sentence says what is wrong', (text, wrong) => {
    const parsed = parseAnswers(text);
    if (wrong === undefined)
      expect(parsed).toEqual({ answers: { 'record-order': 'wildcard-first', 'ipv6-wildcard': 'both-families' } });
    else expect(parsed).toEqual({ wrong: expect.stringContaining(wrong) });
  });

  it('logs a connection that finds no certificate or key, or not', async () => {
    for (const [answer, system, security] of [
      ['at-start', [], []],
      ['at-each-connection', ['15021 0.0.0.0:443', '15021 0.0.0.0:443'], []],
    ] as const) {
      const { server } = planted(['certificate-gone'], { 'failure-events': answer });
      await served(server, undefined, OWN);
      await served(server, SHOP_HOST, OWN);
      await served(server, 'other.example.test', OWN6);
      expect([eventsOf(server, 'System'), eventsOf(server, 'Security')]).toEqual([system, security]);
    }
    const server = newLab({ faults: ['stranded-key'], unknowns: { 'failure-events': 'at-each-connection' } });
    await served(server);
    expect(eventsOf(server, 'System')).toEqual([]);
    rebootLab(server);
    await served(server);
    expect(eventsOf(server, 'System')).toEqual(['36870', '15021 0.0.0.0:443', '36870', '15021 0.0.0.0:443']);
    expect(eventsOf(server, 'Security')).toEqual(['5061', '5061']);
  });
});

describe('the probe', () => {
  it('hands over what the server sent, its own certificate first', async () => {
    const server = planted(['intermediate-sent']).server;
    const alone = await probe(server, OWN, 443);
    expect(alone).toMatchObject({ outcome: 'certificate', protocol: 'TLSv1.3', sent: [expect.any(Buffer)] });
    const result = await probe(server, OWN, 443, SHOP_HOST);
    const sent = result.outcome === 'certificate' ? result.sent : [];
    expect(sent).toHaveLength(2);
    expect(createHash('sha1').update(sent[0]!).digest('hex').toUpperCase()).toBe(
      readRecord(server, 'sni', SHOP)!.thumbprint,
    );
    expect(whoAnswers(server, { ip: OWN, port: 443 }, SHOP_HOST)).toMatchObject({ sends: sent });
  });
});

describe('lab serve', () => {
  it('has every address that is listened at beside the endpoints, each with its own answer', async () => {
    const server = newLab();
    plant(server, 'ghost-record');
    let serving: ServedLab | undefined;
    try {
      serving = await serveLab(server.disk);
      expect(serving.endpoints.map(({ endpoint }) => endpoint)).toEqual(['0.0.0.0:443', SHOP, GHOST]);
      const own = ['127.0.0.1:443', '[::1]:443', `${OWN}:443`, `[${OWN6}]:443`];
      expect(serving.addresses.map(({ address }) => address)).toEqual([...own, GHOST]);
      const portOf = (address: string) => serving!.addresses.find((each) => each.address === address)!.port;
      const site = thumbprintOf(server, 'ip', SITE);
      const shop = thumbprintOf(server, 'sni', SHOP);
      expect(await visit(portOf(GHOST), SHOP_HOST)).toBe(site);
      for (const address of own) expect(await visit(portOf(address), SHOP_HOST)).toBe(shop);
      plant(server, 'w3svc-stopped');
      expect(await visit(portOf(GHOST))).toBe('no-tls');
    } finally {
      await serving?.close();
    }
  });
});
