import { describe, expect, it } from 'vitest';
import { playbooks } from '../../../playbooks/index.ts';
import { joinChains } from '../../../src/chain/join.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { readApplicationHost } from '../../../src/formats/iis/application-host.ts';
import type { Evidence, ServiceState } from '../../../src/model/server/evidence.ts';
import {
  config,
  configText,
  evidence,
  FRONT_RECORD,
  FRONT_SITE,
  have,
  lack,
  SHOP_RECORD,
  site,
} from '../../support/evidence-folder.ts';

const siteLink = (given: Evidence) => {
  const [first] = joinChains(given);
  const link = first?.links[0];
  return `${link?.state} ${link?.code}: ${link?.message}`;
};
const look = (given: Evidence) => {
  const { verdict, findings } = diagnose(given, playbooks);
  return [verdict, ...findings.map(({ id, severity }) => `${severity} ${id}`)];
};

describe('a site that is stopped on purpose', () => {
  const stopped = (text: string) => FRONT_SITE.replace('id="1"', `id="1" ${text}`);
  const given = (text: string, changes: Partial<Evidence> = {}) =>
    evidence({ config: config([], [stopped(text)]), handshakes: new Map(), ...changes });

  it('is a note and no fault, whatever became of its record', () => {
    const off = given('serverAutoStart="false"', { records: have([]) });
    expect(siteLink(off)).toBe('note site-stopped: the site is stopped on purpose (serverAutoStart="false")');
    expect(look(off)).toEqual(['healthy']);
    expect(look(given('serverAutoStart="False"', { records: have([FRONT_RECORD]), storeMy: have([]) }))).toEqual([
      'healthy',
    ]);
    expect(look(given('serverAutoStart="true"', { records: have([]) }))[0]).toBe('faulty');
    const malformed = stopped('serverAutoStart="false"').replace('*:443:', '443');
    expect(look(evidence({ config: config([], [malformed]), handshakes: new Map() }))).toEqual(['healthy']);
  });

  it('is so by siteDefaults too, unless it says otherwise itself', () => {
    const read = (own: string) => {
      const text = configText([], [stopped(own)]).replace(
        '</sites>',
        '<siteDefaults serverAutoStart="false" /></sites>',
      );
      const file = readApplicationHost(Buffer.from(text), 'a.config');
      return file.ok && file.value.sites[0]?.stopped;
    };
    expect([read(''), read('serverAutoStart="true"')]).toEqual([true, undefined]);
    // What is neither is refused by IIS itself; nothing is called stopped by it.
    expect(read('serverAutoStart="maybe"')).toBe(undefined);
  });
});

describe('a service that is disabled', () => {
  const services = (...all: readonly (readonly [string, ServiceState])[]) => have(new Map(all));
  const off = { installed: true, start: 4 };

  it.each(['W3SVC', 'HTTP'])('%s is said of all bindings once: no site answers', (name) => {
    const given = evidence({ services: services([name, off]), handshakes: new Map() });
    expect(siteLink(given)).toBe(`broken service-disabled: the service ${name} is disabled (Start 4)`);
    expect(look(given)).toEqual(['faulty', `broken not-listening:service-disabled:${name}`]);
    const [finding] = diagnose(given, playbooks).findings;
    expect(finding).toMatchObject({
      subject: 'https of Front, Shop',
      endpoints: ['ip 0.0.0.0:443', 'sni shop.example.test:443'],
    });
  });

  it('is a warning while it still answers', () => {
    expect(siteLink(evidence({ services: services(['W3SVC', off]) }))).toBe(
      'warning service-disabled: the service W3SVC is disabled (Start 4); what still works ends at the next reboot',
    );
  });

  it('is not claimed where the services were not read, or start by hand', () => {
    expect(siteLink(evidence({ services: lack() }))).toBe('ok fine: https *:443:');
    expect(siteLink(evidence({ services: services(['W3SVC', { installed: true, start: 3 }]) }))).toContain('ok fine');
  });
});

describe('a listen list', () => {
  const listening = (
    list: readonly string[],
    binding = '*:443:',
    addresses = ['127.0.0.1', '::1', '10.0.0.5', '10.0.0.6'],
  ) =>
    siteLink(
      evidence({
        config: config([], [site(1, 'Front', [`https ${binding}`])]),
        listenList: have(list),
        addresses: have(addresses),
      }),
    );

  it('that leaves out what visitors come to is broken', () => {
    expect(listening(['127.0.0.1'])).toBe(
      'broken listen-list: http.sys listens only on 127.0.0.1 (netsh http show iplisten), on no address that visitors use',
    );
    expect(listening(['10.0.0.6'], '10.0.0.5:443:')).toBe(
      'broken listen-list: http.sys listens only on 10.0.0.6 (netsh http show iplisten), not on 10.0.0.5',
    );
    expect(listening(['0.0.0.0'], '[::]:443:', ['10.0.0.5', '2001:db8::5'])).toContain('broken listen-list');
    expect(listening(['203.0.113.9'])).toContain('broken listen-list');
  });

  it('that leaves out some is a warning, which names them', () => {
    expect(listening(['10.0.0.5'])).toBe(
      'warning listen-list: http.sys listens only on 10.0.0.5 (netsh http show iplisten), and not on 10.0.0.6',
    );
    expect(look(evidence({ listenList: have(['10.0.0.5']), addresses: have(['10.0.0.5', '10.0.0.6']) }))).toEqual([
      'faulty',
      'warning not-listening:listen-list:0.0.0.0',
    ]);
  });

  it('that has them all, by name or by a wildcard, is fine; loopback and zones are nobody’s', () => {
    for (const list of [[], ['10.0.0.5', '10.0.0.6'], ['0.0.0.0'], ['0.0.0.0', '::']])
      expect(listening(list)).toContain('ok fine');
    expect(listening(['10.0.0.5'], '*:443:', ['127.0.0.1', 'fe80::1', '10.0.0.5'])).toContain('ok fine');
    expect(listening(['10.0.0.5'], '10.0.0.5:443:')).toContain('ok fine');
  });

  it('is not judged by addresses that nobody knows, but by its own; nor where it was not read', () => {
    const given = (list: readonly string[]) => siteLink(evidence({ listenList: have(list), addresses: lack() }));
    expect(given(['10.0.0.5'])).toContain('ok fine');
    expect(given(['127.0.0.1'])).toContain('broken listen-list');
    expect(siteLink(evidence({ listenList: lack() }))).toContain('ok fine');
  });

  it('does not hide what else is wrong', () => {
    const given = evidence({ listenList: have(['127.0.0.1']), records: have([SHOP_RECORD]), handshakes: new Map() });
    expect(look(given)).toEqual([
      'faulty',
      'broken lost-binding:0.0.0.0:443',
      'broken not-listening:listen-list:0.0.0.0',
    ]);
  });
});
