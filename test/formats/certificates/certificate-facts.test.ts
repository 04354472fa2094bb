import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCertificateFacts } from '../../../src/formats/certificates/certificate-facts.ts';
import { derOid } from '../../../src/formats/certificates/der.ts';
import { makeCertificate } from '../../../src/lab/certificates/make-certificate.ts';
import { neverThrows } from '../../support/fuzz.ts';
import { sharedKey } from '../../support/small-lab.ts';

// Made with openssl.
const load = (name: string) =>
  new X509Certificate(readFileSync(new URL(`../../fixtures/certificates/${name}.pem`, import.meta.url)));
const certificates = {
  names: load('names'),
  client: load('client-until-2060'),
  issued: load('issued'),
  anyUsage: load('any-usage'),
};

function facts(certificate: X509Certificate) {
  const read = readCertificateFacts(certificate.raw);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

describe('readCertificateFacts', () => {
  it('reads names, usage and subject', () => {
    expect(facts(certificates.names)).toMatchObject({
      subject: 'CN=Shop.Example.test, OU=Web, O="Größe, Söhne & Co.", C=DE',
      names: ['shop.example.test', '*.shop.example.test'],
      serverAuth: true,
      selfSigned: true,
    });
  });

  it.each(Object.entries(certificates))(
    'knows the public key of %s by its SubjectPublicKeyInfo',
    (_name, certificate) => {
      const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
      expect(facts(certificate).publicKey).toBe(createHash('sha256').update(spki).digest('hex'));
    },
  );

  it('knows which kind of key it is, where Windows has suites for that', () => {
    for (const certificate of Object.values(certificates)) {
      expect(certificate.publicKey.asymmetricKeyType).toBe('ec');
      expect(facts(certificate).keyType).toBe('ecdsa');
    }
    const [notBefore, notAfter] = [new Date(0), new Date(1e12)];
    const made = (key: KeyObject) =>
      readCertificateFacts(makeCertificate({ names: ['a.test'], notBefore, notAfter }, () => key).der);
    expect(made(sharedKey())).toMatchObject({ value: { keyType: 'rsa' } });
  });

  it('sees that a certificate is for clients only, and falls back to the common name', () => {
    expect(facts(certificates.client)).toMatchObject({
      subject: 'E=a@example.test, CN=Client Only, DC=example, DC=test',
      names: ['client only'],
      serverAuth: false,
    });
  });

  it('takes a certificate without extensions as one for everything', () => {
    expect(facts(certificates.issued)).toMatchObject({
      issuer: 'CN=Test CA',
      names: ['issued.example.test'],
      serverAuth: true,
      selfSigned: false,
    });
  });

  it('takes anyExtendedKeyUsage for server authentication, and reads a dNSName in UTF-8', () => {
    expect(facts(certificates.anyUsage)).toMatchObject({
      names: ['größe.example.test', 'plain.example.test'],
      serverAuth: true,
    });
  });

  it('reads a dNSName that is not UTF-8 as Latin-1', () => {
    const raw = Buffer.from(certificates.anyUsage.raw);
    // Of the same length, so that nothing around it changes: \xf6 is no UTF-8.
    raw.set(Buffer.from('gr\xf6\xdfe.x', 'latin1'), raw.indexOf('Größe'));
    const read = readCertificateFacts(raw);
    expect(read.ok && read.value.names[0]).toMatch(/^größe\.x/);
  });

  it.each(Object.entries(certificates))('agrees with OpenSSL on the validity of %s', (_, certificate) => {
    const { notBefore, notAfter } = facts(certificate);
    expect([notBefore, notAfter]).toEqual(
      [certificate.validFrom, certificate.validTo].map((time) => new Date(time).toISOString()),
    );
  });

  it('refuses bytes after the certificate', () => {
    const error = 'not a DER certificate';
    expect(readCertificateFacts(Buffer.concat([certificates.names.raw, Buffer.from([0])]))).toEqual({
      ok: false,
      error,
    });
  });

  it('answers any bytes', () => {
    neverThrows(readCertificateFacts, ...Object.values(certificates).map(({ raw }) => raw));
  });
});

describe('derOid', () => {
  it.each([
    ['550403', '2.5.4.3'],
    ['2a864886f70d010901', '1.2.840.113549.1.9.1'],
    ['883703', '2.999.3'],
    ['', ''],
    ['ffffffffffffffffffffff01', ''],
  ])('%s is %s', (hex, text) => {
    expect(derOid(Buffer.from(hex, 'hex'))).toBe(text);
  });
});
