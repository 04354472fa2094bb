import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { entryProperties, readKeyProvider, readStoreEntry } from '../../../src/formats/certificates/store-entry.ts';
import { neverThrows } from '../../support/fuzz.ts';

const der = new X509Certificate(readFileSync(new URL('../../fixtures/certificates/names.pem', import.meta.url))).raw;
const THUMBPRINT = createHash('sha1').update(der).digest('hex').toUpperCase();

const words = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
const text = (value: string) => Buffer.from(`${value}\0`, 'utf16le');
const record = (id: number, value: Uint8Array, encoding = 1) =>
  Buffer.concat([words(id, encoding, value.length), value]);
const certificate = record(32, der);

/** The layout of [MS-GPEF] 2.2.1.1.1.1.1, with the provider before the container: offsets may point anywhere. */
const keyInfo = Buffer.concat([words(28 + 4, 28, 12, 0x60, 0, 0, 1), text('P'), text('{9D8C}')]);

const read = (...records: Uint8Array[]) => readStoreEntry(Buffer.concat(records), THUMBPRINT, 'MY');

describe('entryProperties', () => {
  it('reads records as they stand, also unknown ones', () => {
    const bytes = Buffer.concat([
      record(11, text('a')),
      record(0xfff0, Buffer.from([1, 2])),
      record(32, Buffer.alloc(0)),
    ]);
    const found = entryProperties(bytes);
    expect(found.ok && found.value.map(({ id, value }) => [id, Buffer.from(value).toString('hex')])).toEqual([
      [11, '61000000'],
      [0xfff0, '0102'],
      [32, ''],
    ]);
  });

  it('ends at id 0', () => {
    const found = entryProperties(Buffer.concat([record(3, Buffer.alloc(2)), words(0), Buffer.from('rest')]));
    expect(found.ok && found.value.length).toBe(1);
  });

  it.each([
    ['a cut head', record(3, Buffer.alloc(0)).subarray(0, 11), 'the entry is cut at byte 0'],
    ['another encoding', record(3, Buffer.alloc(2), 2), 'no property record at byte 0'],
    ['a length past the end', words(3, 1, 0xffffffff), 'property 3 at byte 0 is longer than the entry'],
  ])('refuses %s', (_, bytes, error) => {
    expect(entryProperties(bytes)).toEqual({ ok: false, error });
  });
});

describe('readKeyProvider', () => {
  it('follows the offsets', () => {
    expect(readKeyProvider(keyInfo)).toEqual({
      ok: true,
      value: { container: '{9D8C}', provider: 'P', type: 12, flags: 0x60, machineKeyset: true, keySpec: 1 },
    });
  });

  it('takes offset 0 as absent, and machineKeyset from its bit alone', () => {
    expect(readKeyProvider(words(0, 0, 0, 0x40, 0, 0, 0))).toEqual({
      ok: true,
      value: { container: '', provider: '', type: 0, flags: 0x40, machineKeyset: false, keySpec: 0 },
    });
  });

  it.each([
    ['inside the head', 4],
    ['past the end', keyInfo.length],
    ['far past the end', 0xffffffff],
  ])('refuses an offset %s', (_, offset) => {
    const bytes = Buffer.from(keyInfo);
    bytes.writeUInt32LE(offset, 0);
    expect(readKeyProvider(bytes)).toEqual({
      ok: false,
      error: 'the key provider property points at no string of its own',
    });
  });

  it('refuses a string without its NUL', () => {
    expect(readKeyProvider(keyInfo.subarray(0, -2)).ok).toBe(false);
  });

  it('refuses a cut property', () => {
    expect(readKeyProvider(keyInfo.subarray(0, 27))).toEqual({ ok: false, error: 'the key provider property is cut' });
  });
});

describe('readStoreEntry', () => {
  it('reads the whole entry, in any order of records', () => {
    const records = [
      certificate,
      record(19, Buffer.alloc(0)),
      record(11, text('Shop')),
      record(2, keyInfo),
      record(999, der),
    ];
    const entry = read(...records);
    expect(entry.ok && entry.value).toMatchObject({
      store: 'MY',
      thumbprint: THUMBPRINT,
      friendlyName: 'Shop',
      archived: true,
      key: { container: '{9D8C}' },
      facts: { names: ['shop.example.test', '*.shop.example.test'] },
    });
    expect(entry.ok && Buffer.from(entry.value.blob).equals(Buffer.concat(records))).toBe(true);
    expect(entry.ok && Buffer.from(entry.value.der).equals(der)).toBe(true);
  });

  it('has no key where there is no key provider property', () => {
    const entry = read(certificate);
    expect(entry.ok && [entry.value.key, entry.value.friendlyName, entry.value.archived]).toEqual([
      undefined,
      '',
      false,
    ]);
  });

  it('has a renewal where a hash of 20 bytes names one', () => {
    const renewal = (bytes: number) => {
      const entry = read(certificate, record(64, Buffer.alloc(bytes, 0xab)));
      return entry.ok && entry.value.renewal;
    };
    expect([renewal(20), renewal(19), renewal(0)]).toEqual(['AB'.repeat(20), undefined, undefined]);
  });

  it('takes a friendly name without its NUL', () => {
    const entry = read(certificate, record(11, text('Shop').subarray(0, -2)));
    expect(entry.ok && entry.value.friendlyName).toBe('Shop');
  });

  it.each([
    ['without a certificate', [record(11, text('a'))], 'the entry holds no certificate'],
    [
      'with a key provider property that lies',
      [certificate, record(2, words(99, 0, 0, 0, 0, 0, 0))],
      'the key provider property points at no string of its own',
    ],
    ['that is cut', [certificate.subarray(0, -1)], 'property 32 at byte 0 is longer than the entry'],
  ])('refuses an entry %s', (_, records, error) => {
    expect(read(...records)).toEqual({ ok: false, error });
  });

  it('refuses an entry under another name', () => {
    const error = `the certificate inside has the thumbprint ${THUMBPRINT}`;
    expect(readStoreEntry(certificate, '00'.repeat(20), 'MY')).toEqual({ ok: false, error });
    expect(readStoreEntry(certificate, THUMBPRINT.toLowerCase(), 'MY').ok).toBe(true);
  });

  it('answers any bytes', () => {
    const good = Buffer.concat([record(2, keyInfo), record(11, text('a')), certificate]);
    neverThrows((bytes) => readStoreEntry(bytes, THUMBPRINT, 'MY'), good, certificate);
    neverThrows(readKeyProvider, keyInfo);
    neverThrows(entryProperties, good);
  });
});
