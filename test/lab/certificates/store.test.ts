import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../src/lab/certificates/make-certificate.ts';
import {
  decodeEntry,
  deleteEntry,
  encodeEntry,
  entryFrom,
  findEntry,
  findUserEntry,
  putEntry,
  putUserEntry,
  readStore,
  readUserStore,
  storeKey,
} from '../../../src/lab/certificates/store.ts';
import { binaryValue } from '../../../src/lab/registry/registry-values.ts';
import { sharedKey, smallLab } from '../../support/small-lab.ts';

const dates = { notBefore: new Date('2025-06-01T00:00:00Z'), notAfter: new Date('2051-06-01T12:34:56Z') };
const shop = makeCertificate({ names: ['www.shop.example', 'shop.example', '10.0.0.7'], ...dates }, sharedKey);
const info = { container: 'ab', provider: 'P', type: 12, flags: 0, keySpec: 1 };

describe('makeCertificate', () => {
  it('makes a certificate that others can read and verify', () => {
    const x509 = new X509Certificate(shop.der);
    expect(x509.verify(x509.publicKey)).toBe(true);
    expect(x509.checkPrivateKey(shop.privateKey)).toBe(true);
    expect(x509.checkHost('shop.example')).toBe('shop.example');
    expect(x509.checkIP('10.0.0.7')).toBe('10.0.0.7');
    expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(x509.validFrom).toBe('Jun  1 00:00:00 2025 GMT');
    expect(x509.validTo).toBe('Jun  1 12:34:56 2051 GMT');
  });

  it('can be signed by another', () => {
    const request = { names: ['leaf.example'], key: sharedKey(1), issuer: shop, ...dates };
    const leaf = new X509Certificate(makeCertificate(request).der);
    expect(leaf.issuer).toBe('CN=www.shop.example');
    expect(leaf.verify(new X509Certificate(shop.der).publicKey)).toBe(true);
  });
});

describe('a store entry', () => {
  it('has the layout that MS-GPEF describes', () => {
    const bytes = encodeEntry(entryFrom(shop.der, info));
    const keyProvInfo =
      '020000000100000026000000' + // id 2, encoding 1, 38 bytes
      '1c000000220000000c0000000000000000000000000000000100000061006200000050000000';
    expect(bytes.toString('hex').startsWith(keyProvInfo)).toBe(true);
    const last = bytes.subarray(bytes.length - shop.der.length - 12);
    expect(last.subarray(0, 8).toString('hex')).toBe('2000000001000000');
    expect(last.readUInt32LE(8)).toBe(shop.der.length);
    expect(last.subarray(12)).toEqual(shop.der);
  });

  it('comes back as it was, with the properties Windows writes', () => {
    const entry = entryFrom(shop.der, info, 'Shop ü');
    expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
    expect(entry).toMatchObject({ key: info, friendlyName: 'Shop ü' });
    expect([...entry.properties.keys()]).toEqual([2, 3, 4, 11, 15, 20, 25]);
    expect(entry.properties.get(3)?.toString('hex').toUpperCase()).toBe(entry.thumbprint);
    const tbs = shop.der.subarray(4, 4 + 4 + shop.der.readUInt16BE(6));
    expect(entry.properties.get(15)).toEqual(createHash('sha256').update(tbs).digest());
  });

  it('that breaks off is refused', () => {
    const bytes = encodeEntry(entryFrom(shop.der));
    for (const length of [1, 11, 30, bytes.length - 1]) {
      expect(() => decodeEntry(bytes.subarray(0, length))).toThrow(RangeError);
    }
  });
});

describe('the stores', () => {
  it('give back what was put in, by every token that certutil takes', () => {
    const server = smallLab();
    const entry = entryFrom(shop.der, info);
    putEntry(server, 'My', entry);
    expect(readStore(server, 'MY')).toEqual([entry]);
    const serial = new X509Certificate(shop.der).serialNumber.toLowerCase();
    const pairs = entry.thumbprint.toLowerCase().replace(/..(?=.)/g, '$& ');
    for (const token of [entry.thumbprint.toLowerCase(), pairs, serial, '0', 'shop.example']) {
      expect(findEntry(server, 'my', token)).toEqual(entry);
    }
    for (const token of [`\u200e${entry.thumbprint}`, '1', '', 'other']) {
      expect(findEntry(server, 'my', token)).toBeUndefined();
    }
    deleteEntry(server, 'MY', entry.thumbprint);
    expect(readStore(server, 'MY')).toEqual([]);
    expect(readStore(server, 'Nowhere')).toBeUndefined();
  });

  it("keep a user's own entries in the profile, and leave out an entry under a wrong name", () => {
    const server = smallLab();
    const entry = entryFrom(shop.der);
    putUserEntry(server, server.facts.owner, entry);
    expect(findUserEntry(server, server.facts.owner, entry.thumbprint)).toEqual(entry);
    expect(readUserStore(server, server.facts.otherAdmin)).toEqual([]);
    server.registry.setValue(`${storeKey('MY')}\\${'0'.repeat(40)}`, 'Blob', binaryValue(encodeEntry(entry)));
    expect(readStore(server, 'MY')).toEqual([]);
  });
});
