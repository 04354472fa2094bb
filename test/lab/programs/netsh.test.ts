import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callerOf } from '../../../src/lab/callers.ts';
import { makeCertificate } from '../../../src/lab/certificates/make-certificate.ts';
import { entryFrom, putEntry } from '../../../src/lab/certificates/store.ts';
import { plainRecord, putRecord, readRecord, readRecords } from '../../../src/lab/http/http-sys.ts';
import { makeKey } from '../../../src/lab/keys/keys.ts';
import type { ProgramResult } from '../../../src/lab/program.ts';
import { netsh } from '../../../src/lab/programs/netsh.ts';
import type { LabServer } from '../../../src/lab/server.ts';
import { eventsOf } from '../../support/new-lab.ts';
import { sharedKey, smallLab } from '../../support/small-lab.ts';

const HASH = '5F1E0A7C93D2468B0BD1C4E7A9F2063815DBE47C';
const APP = '{4dc3e181-e14b-4a21-b022-59fc669b0914}';

const transcript = (name: string): string =>
  readFileSync(new URL(`../../fixtures/transcripts/netsh-${name}.txt`, import.meta.url), 'utf8');

function run(server: LabServer, line: string, who: 'owner' | 'system' | 'other-admin' = 'owner') {
  const result = netsh(['http', ...line.split(' ')], server, callerOf(server, who)) as ProgramResult;
  const text = result.stdout.toString('latin1');
  expect(text.replaceAll('\r\n', ''), 'every line ends in CRLF').not.toContain('\n');
  return { exitCode: result.exitCode, text: text.replaceAll('\r\n', '\n') };
}

/** A lab with one certificate in LocalMachine\MY whose key is the machine's, or still the owner's. */
function lab(osBuild: number, scope: 'machine' | 'owner' = 'machine') {
  const server = smallLab({ osBuild });
  server.disk.makeFolder('C:\\Windows\\System32\\winevt\\Logs');
  const names = ['www.lab.example'];
  const dates = { notBefore: new Date('2025-01-01'), notAfter: new Date('2035-01-01') };
  const { der, privateKey } = makeCertificate({ names, ...dates, key: sharedKey() });
  const who = scope === 'machine' ? scope : server.facts.owner;
  makeKey(server, { container: 'web', storage: 'capi', scope: who, exportable: true, privateKey });
  const provider = 'Microsoft RSA SChannel Cryptographic Provider';
  const key = { container: 'web', provider, type: 12, flags: scope === 'machine' ? 0x20 : 0, keySpec: 1 };
  const entry = entryFrom(der, key);
  putEntry(server, 'MY', entry);
  const add = (place: string, more = '') =>
    `add sslcert ${place} certhash=${entry.thumbprint} appid=${APP} certstorename=MY${more && ` ${more}`}`;
  return { server, thumbprint: entry.thumbprint, add };
}

describe('netsh http show sslcert, as recorded', () => {
  it('2012: up to the client certificate; a missing store name is (null)', () => {
    const server = smallLab({ osBuild: 9200 });
    const appId = '{00112233-4455-6677-8899-aabbccddeeff}';
    putRecord(server, { ...plainRecord('ip', '0.0.0.0:443', HASH, ''), appId });
    expect(run(server, 'show sslcert')).toEqual({ exitCode: 0, text: transcript('show-2012') });
  });

  it('2016: and whether connections are rejected', () => {
    const server = smallLab({ osBuild: 14393 });
    putRecord(server, { ...plainRecord('ip', '0.0.0.0:443', HASH, 'My'), flags: 1 });
    expect(run(server, 'show sslcert ipport=0.0.0.0:443')).toEqual({ exitCode: 0, text: transcript('show-2016') });
  });

  it('2022: all switches and extended properties, by host name', () => {
    const server = smallLab({ osBuild: 20348 });
    const appId = '{214124cd-d05b-4309-9af9-9caa44b2b74a}';
    putRecord(server, { ...plainRecord('sni', 'shop.lab.example:44307', HASH), appId, checkMode: 1, flags: 0x20 });
    expect(run(server, 'show sslcert hostnameport=Shop.Lab.Example:44307').text).toBe(transcript('show-2022'));
  });

  it('a central store record has a port for its name', () => {
    const server = smallLab({ osBuild: 20348 });
    putRecord(server, { ...plainRecord('ccs', '443', ''), store: '' });
    expect(run(server, 'show sslcert').text).toContain(
      `    Central Certificate Store    : 443\n    Certificate Hash             : (null)\n    Application ID               : ${APP}\n`,
    );
  });

  it('none: one line, exit code 1', () => {
    const none = { exitCode: 1, text: transcript('show-none') };
    expect(run(smallLab(), 'show sslcert')).toEqual(none);
    const { server, add } = lab(20348);
    run(server, add('ipport=0.0.0.0:443'));
    expect(run(server, 'show sslcert ipport=0.0.0.0:444')).toEqual(none);
  });
});

describe('netsh http add and delete, as recorded', () => {
  it('adds, refuses a second, deletes, and has nothing more to delete', () => {
    const { server, thumbprint, add } = lab(20348);
    expect(run(server, add('ipport=0.0.0.0:443'))).toEqual({ exitCode: 0, text: transcript('add-done') });
    expect(readRecords(server)).toEqual([plainRecord('ip', '0.0.0.0:443', thumbprint)]);
    expect(run(server, add('ipport=0.0.0.0:443'))).toEqual({ exitCode: 1, text: transcript('add-183') });
    const deleting = 'delete sslcert ipport=0.0.0.0:443';
    expect(run(server, deleting)).toEqual({ exitCode: 0, text: transcript('delete-done') });
    expect(run(server, deleting)).toEqual({ exitCode: 1, text: transcript('delete-2') });
    expect(readRecords(server)).toEqual([]);
    expect(eventsOf(server, 'System')).toEqual(['15301 0.0.0.0:443', '15300 0.0.0.0:443']);
  });

  it('keeps the credential from add to delete', () => {
    const { server, thumbprint, add } = lab(20348);
    run(server, add('hostnameport=www.lab.example:443'));
    expect(server.facts.cachedCredentials).toEqual([`sni www.lab.example:443 ${thumbprint}`]);
    run(server, 'delete sslcert hostnameport=www.lab.example:443');
    expect(server.facts.cachedCredentials).toEqual([]);
  });

  it('takes a whole record', () => {
    const { server, thumbprint, add } = lab(26100);
    const settings =
      'verifyclientcertrevocation=disable verifyrevocationwithcachedclientcertonly=enable usagecheck=disable ' +
      'revocationfreshnesstime=60 urlretrievaltimeout=15000 sslctlidentifier=ours sslctlstorename=CTLs ' +
      'dsmapperusage=enable clientcertnegotiation=enable disablehttp2=enable disabletls12=disable disablesessionid=enable';
    expect(run(server, add('hostnameport=WWW.lab.example:443', settings)).exitCode).toBe(0);
    expect(readRecord(server, 'sni', 'www.lab.example:443')).toEqual({
      ...plainRecord('sni', 'www.lab.example:443', thumbprint),
      checkMode: 0x10007,
      freshnessTime: 60,
      urlTimeout: 15000,
      ctlIdentifier: 'ours',
      ctlStore: 'CTLs',
      flags: 0x4013,
    });
  });

  it('1312: no such certificate in that store, no link to a key, a key that the caller cannot open', () => {
    const failed = { exitCode: 1, text: transcript('add-1312') };
    const { server, add, thumbprint } = lab(20348);
    expect(run(server, add('ipport=0.0.0.0:443').replace(thumbprint, HASH))).toEqual(failed);
    expect(run(server, add('ipport=0.0.0.0:443').replace('=MY', '=WebHosting'))).toEqual(failed);
    const stranded = lab(20348, 'owner');
    expect(run(stranded.server, stranded.add('ipport=0.0.0.0:443'), 'system')).toEqual(failed);
    expect(run(stranded.server, stranded.add('ipport=0.0.0.0:443'), 'other-admin')).toEqual(failed);
    expect(readRecords(stranded.server)).toEqual([]);
    expect(run(stranded.server, stranded.add('ipport=0.0.0.0:443'), 'owner').exitCode).toBe(0);
  });

  it.each([
    ['a hash with a blank in it', (line: string) => line.replace(/certhash=../, 'certhash=')],
    ['an application id without braces', (line: string) => line.replace(/[{}]/g, '')],
    ['a time of zero', (line: string) => `${line} revocationfreshnesstime=0`],
    ['another time of zero', (line: string) => `${line} urlretrievaltimeout=0`],
    ['a switch that is neither on nor off', (line: string) => `${line} usagecheck=maybe`],
    ['an address that is none', (line: string) => line.replace('0.0.0.0', '*')],
    ['a port that is none', (line: string) => line.replace(':443', ':70000')],
    ['two endpoints', (line: string) => `${line} hostnameport=a.example:443`],
  ])('%s: no number, nothing done', (_what, spoil) => {
    const { server, add } = lab(20348);
    expect(run(server, spoil(add('ipport=0.0.0.0:443')))).toEqual({ exitCode: 1, text: transcript('add-incorrect') });
    expect(readRecords(server)).toEqual([]);
  });

  it('shows the usage where something essential is missing', () => {
    const { exitCode, text } = run(smallLab({ osBuild: 20348 }), 'add sslcert ipport=0.0.0.0:443');
    expect(exitCode).toBe(1);
    expect(text.slice(0, transcript('add-missing-2022').length)).toBe(transcript('add-missing-2022'));
  });

  it('needs elevation', () => {
    const { server, add } = lab(20348);
    const caller = { ...callerOf(server, 'owner'), elevated: false };
    const result = netsh(['http', ...add('ipport=0.0.0.0:443').split(' ')], server, caller) as ProgramResult;
    expect(result.exitCode).toBe(1);
    expect(result.stdout.toString()).toContain('Error: 5\r\n');
    expect(readRecords(server)).toEqual([]);
  });
});

describe('options of the builds', () => {
  const optionsIn = (text: string) => [...text.matchAll(/\[([a-z0-9]+)=/g)].map((match) => match[1]);

  it.each([
    [7601, 'clientcertnegotiation', 'ipport=<ipaddr:port>'],
    [9600, 'clientcertnegotiation', 'hostnameport=<name:port> | ipport=<ipaddr:port> | ccs=<port>'],
    [14393, 'disablehttp2', 'hostnameport=<name:port> | ipport=<ipaddr:port> | ccs=<port>'],
    [17763, 'disableocspstapling', 'hostnameport=<name:port> | ipport=<ipaddr:port> | ccs=<port>'],
    [20348, 'enablesessionticket', 'hostnameport=<name:port> | ipport=<ipaddr:port> | ccs=<port>'],
    [26100, 'disablesessionid', 'hostnameport=<name:port> | ipport=<ipaddr:port> | ccs=<port>'],
  ])('%i lists up to %s', (osBuild, last, places) => {
    for (const word of ['help', '?']) {
      const { exitCode, text } = run(smallLab({ osBuild }), `add sslcert ${word}`);
      expect(exitCode).toBe(0);
      expect(text).toContain(`Usage: add sslcert ${places}\n`);
      expect(optionsIn(text).at(-1)).toBe(last);
    }
  });

  it('an option that an older build does not know: exit code 0 and nothing done', () => {
    for (const [osBuild, exitCode] of [
      [17763, 0],
      [20348, 1],
    ] as const) {
      const { server, add } = lab(osBuild);
      expect(run(server, add('ipport=0.0.0.0:443', 'disablesessionid=enable')).exitCode).toBe(exitCode);
      expect(readRecords(server)).toEqual([]);
    }
  });

  it('takes a tag in short where only one fits', () => {
    const { server, add } = lab(20348);
    expect(run(server, add('ipport=0.0.0.0:443').replace('certstorename', 'certstore')).exitCode).toBe(0);
    expect(run(server, add('ipport=0.0.0.0:444').replace('certstorename', 'cert')).exitCode).toBe(1);
    expect(readRecords(server).map(({ endpoint }) => endpoint)).toEqual(['0.0.0.0:443']);
  });

  it('update replaces every setting, on new builds only', () => {
    const { server, add, thumbprint } = lab(20348);
    const updating = add('ipport=0.0.0.0:443').replace('add', 'update');
    expect(run(server, updating)).toMatchObject({ exitCode: 1, text: expect.stringContaining('Error: 2\n') });
    run(server, add('ipport=0.0.0.0:443', 'disablehttp2=enable'));
    expect(run(server, updating).exitCode).toBe(0);
    expect(readRecords(server)).toEqual([plainRecord('ip', '0.0.0.0:443', thumbprint)]);
    expect(run(lab(17763).server, updating).text).toContain('The following command was not found');
  });
});
