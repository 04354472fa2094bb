// Which versions of TLS a lab speaks, told by what a client agrees on with it.

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { putRecord, readRecord } from '../../../src/lab/http/http-sys.ts';
import { probe } from '../../../src/lab/http/probe.ts';
import { tlsLeft } from '../../../src/lab/http/tls-left.ts';
import { whoAnswers } from '../../../src/lab/http/who-answers.ts';
import { numberValue, textValue } from '../../../src/lab/registry/registry-values.ts';
import type { LabServer } from '../../../src/lab/server.ts';
import { newLab } from '../../support/new-lab.ts';

const SCHANNEL = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL';
const POLICY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002';
const [RSA, ECDSA, TLS13] = [
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_AES_128_GCM_SHA256',
];

const switched = (server: LabServer, number: number, ...versions: readonly string[]) => {
  for (const version of versions)
    server.registry.setValue(`${SCHANNEL}\\Protocols\\TLS ${version}\\Server`, 'Enabled', numberValue(number));
};
const policy = (server: LabServer, ...suites: readonly string[]) =>
  server.registry.setValue(POLICY, 'Functions', textValue(suites.join(',')));
const flagged = (server: LabServer, flags: number) =>
  putRecord(server, { ...readRecord(server, 'ip', '0.0.0.0:443')!, flags });

async function agreed(server: LabServer): Promise<string> {
  const got = await probe(server, '192.0.2.9', 443);
  return got.outcome === 'certificate' ? got.protocol : got.outcome;
}

describe('a lab speaks', () => {
  it.each<readonly [string, (server: LabServer) => void, string]>([
    ['TLS 1.3 where nobody has set anything', () => {}, 'TLSv1.3'],
    ['what is set to 0xffffffff', (server) => switched(server, 0xffffffff, '1.2', '1.3'), 'TLSv1.3'],
    ['TLS 1.2 where 1.3 is switched off', (server) => switched(server, 0, '1.3'), 'TLSv1.2'],
    ['TLS 1.2 where the record forbids 1.3', (server) => flagged(server, 0x40), 'TLSv1.2'],
    ['TLS 1.3 where 1.2 is switched off', (server) => switched(server, 0, '1.2'), 'TLSv1.3'],
    ['nothing to a client of today where the record forbids both', (server) => flagged(server, 0x1040), 'no-tls'],
    ['nothing where all is switched off', (server) => switched(server, 0, '1.0', '1.1', '1.2', '1.3'), 'no-tls'],
    ['TLS 1.2 where a policy has no suite of TLS 1.3', (server) => policy(server, RSA, ECDSA), 'TLSv1.2'],
    ['TLS 1.3 where a policy has no suite for the key', (server) => policy(server, ECDSA, TLS13), 'TLSv1.3'],
    ['nothing where a policy has neither', (server) => policy(server, ECDSA), 'no-tls'],
  ])('%s', async (_what, change, protocol) => {
    const server = newLab();
    change(server);
    expect(await agreed(server)).toBe(protocol);
  });

  it('no TLS 1.3 before Windows Server 2022', async () => {
    expect(await agreed(newLab({ osBuild: 17763 }))).toBe('TLSv1.2');
  });

  it('to a key of elliptic curves with the suites for it', () => {
    const server = newLab();
    policy(server, ECDSA);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const record = readRecord(server, 'ip', '0.0.0.0:443')!;
    expect(
      tlsLeft(server, record, createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))),
    ).toBeDefined();
  });

  it('resets, and says why, where nothing is left', () => {
    const server = newLab();
    switched(server, 0, '1.0', '1.1', '1.2', '1.3');
    expect(whoAnswers(server, { ip: '192.0.2.9', port: 443 })).toMatchObject({ gets: 'reset', why: 'no-tls' });
  });
});

describe('the fault no-common-tls', () => {
  it('turns the visitors of the last site away, and of no other', async () => {
    const server = newLab({ faults: ['no-common-tls'] });
    expect(readRecord(server, 'sni', 'shop.example.test:443')!.flags & 0x8).toBe(0x8);
    expect((await probe(server, '192.0.2.9', 443, 'shop.example.test')).outcome).toBe('no-tls');
    expect(await agreed(server)).toBe('TLSv1.3');
  });
});
