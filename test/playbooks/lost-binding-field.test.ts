// Servers as they were found, rebuilt with names and hashes of our own: each once got a record that nobody had asked for.

import { describe, expect, it } from 'vitest';
import { lostBinding as playbook } from '../../playbooks/lost-binding.ts';
import type { StoreCertificate } from '../../src/model/server/certificate.ts';
import type { Evidence } from '../../src/model/server/evidence.ts';
import type { SslRecord } from '../../src/model/server/ssl-record.ts';
import { asked } from '../support/asked.ts';
import {
  capiKey,
  certificate,
  config,
  evidence,
  have,
  keyFile,
  keyFiles,
  record,
  site,
} from '../support/evidence-folder.ts';

const lostBinding = asked(playbook);

const MANAGEMENT_SERVICE = '{d7d72267-fcf9-4424-9eec-7e1d8dcec9a9}';

const named = (seed: string, names: readonly string[], store = 'MY') =>
  certificate(seed, { store, key: capiKey({ container: `{${seed}}` }), facts: { names, subject: `CN=${names[0]}` } });

/** The plan for the one lost record of a server called MX7. */
function planFor(
  sites: readonly string[],
  records: readonly SslRecord[],
  certificates: readonly StoreCertificate[],
  changes: Partial<Evidence> = {},
) {
  const inStore = (name: string) => certificates.filter(({ store }) => store === name);
  const given = evidence({
    config: config([], sites),
    records: have(records),
    storeMy: have(inStore('MY')),
    storeWebHosting: have(inStore('WebHosting')),
    keyFiles: keyFiles(certificates.map(({ key }) => keyFile(key!, 'machine-capi'))),
    computerName: have('MX7'),
    dnsDomain: have('lan.example.test'),
    handshakes: new Map(),
    ...changes,
  });
  const [finding, ...others] = lostBinding.detect(given);
  expect(others).toEqual([]);
  return lostBinding.plan(finding!, given, { correct: false, certificates: new Map() });
}

const offered = (plan: ReturnType<typeof planFor>) =>
  'blocked' in plan ? plan.choices?.map(({ value }) => value) : plan;

const MAIL_SITES = [
  site(1, 'Default Web Site', ['http :80:', 'https :443:', 'https 127.0.0.1:443:']),
  site(2, 'Back End', ['http *:81:', 'https *:444:']),
];
const OAUTH = named('oauth', ['microsoft exchange server auth certificate']);
const MACHINE = named('machine', ['mx7', 'mx7.lan.example.test']);
const WILDCARD = named('wildcard', ['*.example.org', 'example.org']);

describe('lost-binding never takes for certain', () => {
  it('the certificate of the OAuth exchange or of the management service, only because the others are in use', () => {
    const management = named('management', ['wmsvc-sha2-mx7']);
    const records = [
      record('ip', '127.0.0.1:443', { thumbprint: MACHINE.thumbprint }),
      record('ip', '0.0.0.0:444', { thumbprint: WILDCARD.thumbprint }),
      record('ip', '0.0.0.0:8172', { thumbprint: management.thumbprint, appId: MANAGEMENT_SERVICE }),
    ];
    const plan = planFor(MAIL_SITES, records, [OAUTH, management, WILDCARD, MACHINE]);
    expect(plan).toMatchObject({ blocked: true, who: 'an administrator, who chooses' });
    expect(offered(plan)).toEqual([MACHINE, WILDCARD, OAUTH, management].map(({ thumbprint }) => thumbprint));
  });

  it('anything where two certificates are in use by IIS itself; that of the same site and port comes first', () => {
    const mail = named('mail', ['mail.example.org', 'autodiscover.example.org']);
    const records = [
      record('ip', '127.0.0.1:443', { thumbprint: mail.thumbprint }),
      record('ip', '0.0.0.0:444', { thumbprint: MACHINE.thumbprint }),
    ];
    const plan = planFor(MAIL_SITES, records, [MACHINE, mail]);
    expect(offered(plan)).toEqual([mail.thumbprint, MACHINE.thumbprint]);
  });

  it('the one certificate that nobody uses, where a wildcard of the same port may have been it', () => {
    const sites = [
      site(1, 'Default Web Site', ['http *:80:', 'https *:443:']),
      site(2, 'Shop', ['https *:443:shop.example.org 1']),
    ];
    const wildcard = named('wild', ['*.example.org'], 'WebHosting');
    const management = named('management', ['wmsvc-sha2-mx7']);
    const records = [record('sni', 'shop.example.org:443', { thumbprint: wildcard.thumbprint, store: 'WebHosting' })];
    const plan = planFor(sites, records, [management, wildcard]);
    expect(plan).toMatchObject({ blocked: true, who: 'an administrator, who chooses' });
    expect(offered(plan)).toEqual([wildcard.thumbprint, management.thumbprint]);
    // Also where the unused one is made out to this computer: a domain gives every server such a certificate.
    expect(offered(planFor(sites, records, [MACHINE, wildcard]))).toEqual([wildcard.thumbprint, MACHINE.thumbprint]);
  });

  it('a certificate of one store while an entry of the other could not be read', () => {
    const sites = [site(1, 'Shop', ['http *:80:shop.example.org', 'https *:8443:'])];
    const shop = named('shop', ['shop.example.org'], 'WebHosting');
    expect(planFor(sites, [], [shop])).toMatchObject({ risk: 'safe' });
    const unreadableEntries = [{ store: 'MY', name: 'A'.repeat(40), why: 'the entry has no Blob of binary type' }];
    expect(planFor(sites, [], [shop], { unreadableEntries })).toEqual({
      blocked: true,
      why: `nothing is chosen while not all certificates are known: the entry ${'A'.repeat(40)} of LocalMachine\\MY is unreadable: the entry has no Blob of binary type`,
      who: 'an administrator',
    });
  });
});

describe('lost-binding finds', () => {
  it('the certificate of a host name that the configuration keeps in Unicode, and adds the record in A-labels', () => {
    const sites = [
      site(1, 'Rad', ['http *:80:www.zweirad-müller.example', 'https *:443:www.zweirad-müller.example 1']),
    ];
    const plan = planFor(sites, [], [named('rad', ['www.xn--zweirad-mller-4ob.example'])]);
    expect(plan).toMatchObject({
      risk: 'safe',
      steps: [
        { do: { command: { args: expect.arrayContaining(['hostnameport=www.xn--zweirad-mller-4ob.example:443']) } } },
      ],
    });
  });

  it('a record that is kept in Unicode too', () => {
    const sites = [site(1, 'Rad', ['https *:443:www.zweirad-müller.example 1'])];
    const there = record('sni', 'www.zweirad-müller.example:443', { thumbprint: MACHINE.thumbprint });
    const given = evidence({ config: config([], sites), records: have([there]) });
    expect(lostBinding.detect(given)).toEqual([]);
  });
});
