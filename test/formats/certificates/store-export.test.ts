import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStoreExport } from '../../../src/formats/certificates/store-export.ts';
import { readRegFile } from '../../../src/formats/registry/reg-file.ts';
import { neverThrows } from '../../support/fuzz.ts';

// Written by Wine's own crypt32 and reg.exe; certlab-dump.txt is what Wine's API says of the same store.
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/wine/${name}`, import.meta.url));
const PROVIDER = 'Microsoft Enhanced RSA and AES Cryptographic Provider';

function store(bytes: Uint8Array, name: string) {
  const file = readRegFile(bytes);
  return file.ok ? readStoreExport(file.value, name) : file;
}

const broken = (lines: string) =>
  Buffer.from(
    `Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\WebHosting]\n${lines}`,
  );
const ENTRY = '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\WebHosting\\Certificates\\ABCD]\n';

describe('readStoreExport', () => {
  it('reads a store written by Wine as certlab-dump.txt describes it', () => {
    const read = store(fixture('reg-export-lm-my.reg'), 'MY');
    const shown =
      read.ok &&
      read.value.certificates.map(({ thumbprint, friendlyName, key, facts }) => ({
        thumbprint,
        friendlyName,
        key,
        names: facts.names,
      }));
    const key = (container: string, flags: number) => ({
      container,
      provider: PROVIDER,
      type: 24,
      flags,
      machineKeyset: flags === 0x20,
      keySpec: 1,
    });
    expect(shown).toEqual([
      {
        thumbprint: '62EA021E69A2B6C3B35AC677A01D6340A3BD14EF',
        friendlyName: 'healthy.example.test (certlab)',
        key: key('{6A1B2C3D-0002-4444-8888-ABCDEF012345}', 0x20),
        names: ['healthy.example.test'],
      },
      {
        thumbprint: '73B37D9943EDCBD1588CC1E67DBB8269F32EAD1D',
        friendlyName: 'dragged.example.test (certlab)',
        key: key('{6A1B2C3D-0001-4444-8888-ABCDEF012345}', 0),
        names: ['dragged.example.test'],
      },
      {
        thumbprint: '7DC4366A382C8DC08C0C5EF08DD1DF941F14F181',
        friendlyName: '',
        key: undefined,
        names: ['nokey.example.test'],
      },
      {
        thumbprint: 'AFCB498E88AC9CA63F5B68AB85F0C7812080E1BE',
        friendlyName: 'umlaut.example.test (certlab)',
        key: key('Schlüssel-日本', 0x20),
        names: ['umlaut.example.test'],
      },
    ]);
  });

  it('names every certificate that the dump names, with its flags', () => {
    const dump = fixture('certlab-dump.txt').toString('latin1').split('LocalMachine\\My')[1] ?? '';
    const stated = [
      ...dump.matchAll(
        /^ {2}([0-9A-F]{40}) [^\n]*\n(?:(?! {2}[0-9A-F]{40})[^\n]*\n)*?(?:.*flags=(0x[0-9a-f]+)|.*keyProvInfo: none)/gm,
      ),
    ];
    const read = store(fixture('reg-export-lm-my.reg'), 'MY');
    const ours = new Map(read.ok ? read.value.certificates.map(({ thumbprint, key }) => [thumbprint, key?.flags]) : []);
    expect(stated).toHaveLength(4);
    for (const [, thumbprint = '', flags] of stated) {
      expect([thumbprint, ours.get(thumbprint)]).toEqual([thumbprint, flags === undefined ? undefined : Number(flags)]);
    }
  });

  it('agrees with OpenSSL on the certificates themselves', () => {
    const read = store(fixture('reg-export-lm-my.reg'), 'MY');
    for (const { der, facts, thumbprint } of read.ok ? read.value.certificates : []) {
      const openssl = new X509Certificate(der);
      expect(thumbprint).toBe(openssl.fingerprint.replaceAll(':', ''));
      expect(facts.subject).toBe(openssl.subject);
      expect(facts.notAfter).toBe(new Date(openssl.validTo).toISOString());
    }
  });

  it('reports an entry that it cannot read', () => {
    const read = store(broken(`${ENTRY}"Blob"=hex:03,00,00\n`), 'webhosting');
    expect(read).toEqual({
      ok: true,
      value: {
        certificates: [],
        unreadable: [{ store: 'webhosting', name: 'ABCD', why: 'the entry is cut at byte 0' }],
      },
    });
    expect(store(broken(ENTRY), 'WebHosting')).toMatchObject({
      value: { unreadable: [{ name: 'ABCD', why: 'the entry has no Blob of binary type' }] },
    });
  });

  it('says for which thumbprint an unreadable entry stands, unless another certificate lies in it', () => {
    const text = fixture('reg-export-lm-my.reg').toString('utf16le');
    const NOKEY = '7DC4366A382C8DC08C0C5EF08DD1DF941F14F181';
    const unreadable = (changed: string) => {
      const read = store(Buffer.from(changed, 'utf16le'), 'MY');
      return read.ok && read.value.unreadable.map(({ name, thumbprint }) => ({ name, thumbprint }));
    };
    const blobless = text.replace(new RegExp(`(${NOKEY}\\]\\r\\n)"Blob"`), '$1"Other"');
    expect(unreadable(blobless)).toEqual([{ name: NOKEY, thumbprint: NOKEY }]);
    const renamed = text.replace(NOKEY, NOKEY.replace('7D', '8D'));
    expect(unreadable(renamed)).toEqual([{ name: NOKEY.replace('7D', '8D'), thumbprint: undefined }]);
  });

  it('reads an empty store, and passes over its lists of revocations', () => {
    const lines =
      '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SystemCertificates\\WebHosting\\CRLs\\ABCD]\n"Blob"=hex:00\n';
    expect(store(broken(lines), 'WebHosting')).toEqual({ ok: true, value: { certificates: [], unreadable: [] } });
  });

  it('refuses the export of another store', () => {
    expect(store(broken(''), 'MY')).toEqual({ ok: false, error: 'not an export of the store MY' });
  });

  it('answers any bytes', () =>
    neverThrows(
      (bytes) => store(bytes, 'WebHosting'),
      broken(`${ENTRY}"Blob"=hex:20,00,00,00,01,00,00,00,00,00,00,00\n`),
    ));
});
