import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isIssuedBy, isPubliclyIssued, issuerAddresses } from '../../../src/formats/certificates/issuing.ts';
import { authority, made } from '../../support/authorities.ts';
import { neverThrows } from '../../support/fuzz.ts';

const ADDRESS = 'http://ca.example.test/issuing.crt';
const root = authority('Root', 0);
const issuing = authority('Issuing', 1, root);
const own = made('www.example.test', 2, { issuer: issuing, issuerAddress: ADDRESS });

describe('who has issued a certificate', () => {
  it('is told by name, key and the right to sign', () => {
    expect(isIssuedBy(own.der, issuing.der)).toBe(true);
    expect(isIssuedBy(issuing.der, root.der)).toBe(true);
    expect(isIssuedBy(root.der, root.der)).toBe(true);
    expect(isIssuedBy(own.der, root.der)).toBe(false);
    // Of the same name with another key; of the same key with another name; with no right to sign.
    expect(isIssuedBy(own.der, authority('Issuing', 3, root).der)).toBe(false);
    expect(isIssuedBy(own.der, authority('Other', 1, root).der)).toBe(false);
    expect(isIssuedBy(own.der, made('Issuing', 1, { issuer: root }).der)).toBe(false);
  });

  it('answers any bytes', () => {
    neverThrows((bytes) => ({ ok: true, value: isIssuedBy(bytes, issuing.der) }), own.der);
    neverThrows((bytes) => ({ ok: true, value: isIssuedBy(own.der, bytes) }), issuing.der);
  });
});

describe('what a certificate tells of its issuer', () => {
  it('is where its certificate can be had', () => {
    expect(issuerAddresses(own.der)).toEqual([ADDRESS]);
    expect(issuerAddresses(issuing.der)).toEqual([]);
    for (const other of ['ldap:///CN=Issuing', 'http://a b', 'file:///c:/x', 'http://x\u0001'])
      expect(issuerAddresses(made('a.test', 2, { issuer: issuing, issuerAddress: other }).der)).toEqual([]);
    neverThrows((bytes) => ({ ok: true, value: issuerAddresses(bytes) }), own.der);
  });

  it('is whether it is under the rules of the browsers', () => {
    expect(isPubliclyIssued(own.der)).toBe(true);
    expect(isPubliclyIssued(issuing.der)).toBe(false);
    // Made with openssl, without policies.
    const file = new URL('../../fixtures/certificates/issued.pem', import.meta.url);
    expect(isPubliclyIssued(new X509Certificate(readFileSync(file)).raw)).toBe(false);
    neverThrows((bytes) => ({ ok: true, value: isPubliclyIssued(bytes) }), own.der);
  });
});
