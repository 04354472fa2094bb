import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IIS_APP_ID, RECORD_FLAGS, type SslRecord } from '../../src/model/server/ssl-record.ts';
import { addSslcertHelp, addSslRecord, deleteSslRecord, updateSslRecord } from '../../src/windows-commands/netsh.ts';
import { EVERY_OPTION } from '../support/evidence-folder.ts';

const plain: SslRecord = {
  endpoint: { table: 'ip', name: '0.0.0.0:443' },
  thumbprint: '00112233445566778899AABBCCDDEEFF00112233',
  appId: IIS_APP_ID,
  store: '',
  checkMode: 0,
  freshnessTime: 0,
  urlTimeout: 0,
  ctlIdentifier: '',
  ctlStore: '',
  flags: 0,
  notUnderstood: [],
};
const HASH = 'certhash=00112233445566778899aabbccddeeff00112233';
const APP = 'appid={4dc3e181-e14b-4a21-b022-59fc669b0914}';
const settable = RECORD_FLAGS.filter(({ option }) => option !== '');

/** The arguments after `http add sslcert ENDPOINT certhash appid`. */
function added(change: Partial<SslRecord>, options = EVERY_OPTION): unknown {
  const command = addSslRecord({ ...plain, ...change }, options);
  return command.ok ? command.value.args.slice(6) : command;
}

describe('addSslRecord', () => {
  it('leaves out everything that is at its default', () => {
    expect(addSslRecord(plain, undefined)).toHaveProperty('value', {
      program: 'netsh',
      args: ['http', 'add', 'sslcert', 'ipport=0.0.0.0:443', HASH, APP],
    });
  });

  it('names an SNI endpoint and an IPv6 endpoint', () => {
    const sni = addSslRecord({ ...plain, endpoint: { table: 'sni', name: 'shop.example.com:443' } }, undefined);
    const ipv6 = addSslRecord({ ...plain, endpoint: { table: 'ip', name: '[2001:db8::1]:444' } }, undefined);
    expect(sni).toHaveProperty('value.args', [
      'http',
      'add',
      'sslcert',
      'hostnameport=shop.example.com:443',
      HASH,
      APP,
    ]);
    expect(ipv6).toHaveProperty('value.args', ['http', 'add', 'sslcert', 'ipport=[2001:db8::1]:444', HASH, APP]);
  });

  it('names no certificate for the central store, which chooses it by file name', () => {
    const central = addSslRecord({ ...plain, endpoint: { table: 'ccs', name: '443' }, thumbprint: '' }, undefined);
    expect(central).toHaveProperty('value.args', ['http', 'add', 'sslcert', 'ccs=443', APP]);
  });

  it('passes every setting again', () => {
    const everything: Partial<SslRecord> = {
      store: 'WebHosting',
      checkMode: 0x10007,
      freshnessTime: 600,
      urlTimeout: 15000,
      ctlIdentifier: 'Partners',
      ctlStore: 'CA',
      flags: settable.reduce((all, { bit }) => all | bit, 0),
    };
    expect(added(everything)).toEqual([
      'certstorename=WebHosting',
      'verifyclientcertrevocation=disable',
      'verifyrevocationwithcachedclientcertonly=enable',
      'usagecheck=disable',
      'revocationfreshnesstime=600',
      'urlretrievaltimeout=15000',
      'sslctlidentifier=Partners',
      'sslctlstorename=CA',
      'dsmapperusage=enable',
      'clientcertnegotiation=enable',
      'reject=enable',
      'disablehttp2=enable',
      'disablequic=enable',
      'disabletls13=enable',
      'disableocspstapling=enable',
      'enabletokenbinding=enable',
      'logextendedevents=enable',
      'disablelegacytls=enable',
      'enablesessionticket=enable',
      'disabletls12=enable',
      'disablesessionid=enable',
    ]);
  });

  it.each([
    [{ store: 'MY' }, 'certstorename=MY'],
    [{ checkMode: 1 }, 'verifyclientcertrevocation=disable'],
    [{ checkMode: 2 }, 'verifyrevocationwithcachedclientcertonly=enable'],
    [{ checkMode: 4, freshnessTime: 60 }, 'revocationfreshnesstime=60'],
    [{ checkMode: 0x10000 }, 'usagecheck=disable'],
    [{ urlTimeout: 1 }, 'urlretrievaltimeout=1'],
    [{ ctlIdentifier: 'Partners' }, 'sslctlidentifier=Partners'],
    [{ store: 'Remote Desktop' }, 'certstorename=Remote Desktop'],
  ] satisfies [Partial<SslRecord>, string][])('%j becomes %s alone', (change, option) => {
    expect(added(change)).toEqual([option]);
  });

  it('A3: passes on a CTL store without a CTL, the usual set-up for client certificates, also with IIS', () => {
    expect(added({ ctlStore: 'ClientAuthIssuer' })).toEqual(['sslctlstorename=ClientAuthIssuer']);
  });

  it.each(settable)('flag $bit becomes $option alone', ({ bit, option }) => {
    expect(added({ flags: bit })).toEqual([`${option}=enable`]);
  });

  it.each([
    [
      { notUnderstood: ['Foo', 'Bar: not a number'] },
      'the record has settings that are not understood: Foo, Bar: not a number',
    ],
    [{ flags: 0x8000 }, 'netsh has no option for flag 0x8000 (caching of the client hello)'],
    [{ flags: 0x10000 }, 'the flags have unknown bits: 0x10000'],
    [{ flags: 0x80000000 | 2 }, 'the flags have unknown bits: 0x80000000'],
    [{ flags: 0x4 }, 'netsh has no option for flag 0x4 (no raw filter)'],
    [{ flags: 0x2000 }, 'netsh has no option for flag 0x2000 (client correlation)'],
    [{ checkMode: 0x8 }, 'the check mode has unknown bits: 0x8'],
    [{ checkMode: 4 }, 'the revocation freshness time (0) contradicts the check mode (0x4)'],
    [{ freshnessTime: 60 }, 'the revocation freshness time (60) contradicts the check mode (0x0)'],
    [{ thumbprint: '' }, 'the record has no certificate hash'],
    [{ thumbprint: `${plain.thumbprint}00` }, 'the record has no certificate hash'],
    [{ appId: '' }, 'the record has no application id'],
    [{ appId: '4dc3e181-e14b-4a21-b022-59fc669b0914' }, 'the record has no application id'],
    [{ store: 'a"b' }, 'a name in the record holds a character that netsh cannot take'],
    [{ ctlIdentifier: 'a\nb' }, 'a name in the record holds a character that netsh cannot take'],
    [
      { endpoint: { table: 'scoped-ccs', name: 'www.example.test:443' } },
      'a central certificate store record names no certificate',
    ],
    [{ endpoint: { table: 'ccs', name: '443' } }, 'a record of the central certificate store names a certificate'],
  ] satisfies [Partial<SslRecord>, string][])('refuses %j', (change, refused) => {
    expect(added(change)).toEqual({ ok: false, error: refused });
  });

  it('refuses an option that this host does not know', () => {
    const old = new Set(['certhash', 'appid', 'certstorename', 'clientcertnegotiation']);
    expect(added({ flags: 0x2, store: 'MY' }, old)).toEqual(['certstorename=MY', 'clientcertnegotiation=enable']);
    expect(added({ flags: 0x30 }, old)).toEqual({
      ok: false,
      error: 'netsh on this server does not know disablehttp2, disablequic',
    });
  });

  it('tells any two records apart', () => {
    const records = fc.record({
      checkMode: fc.constantFrom(0, 1, 2, 3, 0x10000, 0x10003),
      urlTimeout: fc.nat(3),
      store: fc.constantFrom('', 'MY', 'WebHosting'),
      flags: fc.subarray(settable).map((flags) => flags.reduce((all, { bit }) => all | bit, 0)),
    });
    fc.assert(
      fc.property(records, records, (one, other) => {
        const same = JSON.stringify(added(one)) === JSON.stringify(added(other));
        expect(same).toBe(
          JSON.stringify(one, Object.keys(one).sort()) === JSON.stringify(other, Object.keys(one).sort()),
        );
      }),
    );
  });
});

describe('the other verbs', () => {
  it('update says of what the present record has and the new one has not that it is off, or is refused', () => {
    const present = { ...plain, flags: 0x8, checkMode: 0x1 };
    expect(updateSslRecord(plain, EVERY_OPTION, present)).toHaveProperty('value.args', [
      ...['http', 'update', 'sslcert', 'ipport=0.0.0.0:443', HASH, APP],
      ...['verifyclientcertrevocation=enable', 'reject=disable'],
    ]);
    const stuck = [{ store: 'WebHosting' }, { urlTimeout: 1 }, { checkMode: 4, freshnessTime: 1 }, { ctlStore: 'CA' }];
    expect(stuck.map((each) => updateSslRecord(plain, EVERY_OPTION, { ...plain, ...each }))).toEqual(
      ['certstorename', 'urlretrievaltimeout', 'revocationfreshnesstime', 'sslctlstorename'].map((option) => ({
        ok: false,
        error: `netsh update may keep ${option}`,
      })),
    );
  });

  it('update says the same as add', () => {
    expect(updateSslRecord({ ...plain, store: 'MY' }, undefined)).toHaveProperty('value', {
      program: 'netsh',
      args: ['http', 'update', 'sslcert', 'ipport=0.0.0.0:443', HASH, APP, 'certstorename=MY'],
    });
    expect(updateSslRecord({ ...plain, flags: 4 }, undefined)).toEqual({
      ok: false,
      error: 'netsh has no option for flag 0x4 (no raw filter)',
    });
  });

  it.each([
    [{ table: 'ip', name: '0.0.0.0:443' }, 'ipport=0.0.0.0:443'],
    [{ table: 'sni', name: 'www.example.com:443' }, 'hostnameport=www.example.com:443'],
    [{ table: 'ccs', name: '443' }, 'ccs=443'],
  ] as const)('delete names the endpoint %j', (endpoint, option) => {
    expect(deleteSslRecord(endpoint)).toEqual({ program: 'netsh', args: ['http', 'delete', 'sslcert', option] });
  });

  it('asks for the help of add', () => {
    expect(addSslcertHelp()).toEqual({ program: 'netsh', args: ['http', 'add', 'sslcert', 'help'] });
  });
});
