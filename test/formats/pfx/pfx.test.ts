import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Asn1,
  fromDer,
  identifier,
  integer,
  number,
  octetString,
  octets,
  parts,
  sequence,
  tagged,
  toDer,
} from '../../../src/formats/pfx/asn1.ts';
import { type OpenedPfx, openPfx, type Pfx } from '../../../src/formats/pfx/pfx.ts';
import { oneTimePassword, wrapPfx } from '../../../src/formats/pfx/wrap.ts';
import { FUZZ_RUNS } from '../../support/fuzz.ts';

const fixture = (name: string) => readFileSync(`test/fixtures/pfx/${name}.pfx`);
const open = (name: string, password = 'test') => openPfx(fixture(name), password);

const RSA = '11B0D32247A033807548D83722B7C3D50B7E2BE6';
const EC = 'E5F9B8C052CC11A526B2A7CE5680986687476BD3';
const ED = '7F4EE60DB0C040204B6CD97B52725EF8C1D67761';

function sound(opened: OpenedPfx): Pfx {
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** A PFX without MAC that holds the safes of both. */
function merged(one: Uint8Array, other: Uint8Array): Uint8Array {
  const safes = [one, other].flatMap((bytes) => {
    const [, content] = parts(parts(fromDer(bytes))[1]);
    return parts(fromDer(octets(parts(content)[0])));
  });
  const [type] = parts(parts(fromDer(one))[1]);
  return toDer(sequence(number(3), sequence(type!, tagged(octetString(toDer(sequence(...safes)))))));
}

const framed = (label: string, base64: string): Buffer =>
  Buffer.from(`-----BEGIN ${label}-----\r\n${base64.replace(/.{64}/g, '$&\r\n')}\r\n-----END ${label}-----\r\n`);

describe('openPfx', () => {
  it.each([
    ['legacy-rc2', RSA, 'test'],
    ['legacy-3des', RSA, 'test'],
    ['aes', RSA, 'test'],
    ['no-mac', RSA, 'test'],
    ['ec', EC, 'test'],
    ['ed25519', ED, 'test'],
    ['chain', RSA, 'test'],
    ['empty-password', RSA, ''],
    ['non-ascii-password', RSA, 'pässwört€'],
    ['non-ascii-legacy', RSA, 'pässwört€'],
    ['slow', RSA, 'test'],
    ['unencrypted', RSA, 'test'],
  ])('opens %s', async (name, thumbprint, password) => {
    const opened = sound(await open(name, password));
    expect(opened.thumbprint).toBe(thumbprint);
    const certificate = new X509Certificate(opened.certificate);
    expect(certificate.fingerprint.replaceAll(':', '')).toBe(thumbprint);
    expect(certificate.checkPrivateKey(opened.key)).toBe(true);
  });

  it('gives every certificate of the chain', async () => {
    const { certificates } = sound(await open('chain'));
    expect(certificates.map((der) => new X509Certificate(der).subject)).toEqual([
      'CN=www.heal.example',
      'CN=Heal Test CA',
    ]);
  });

  it.each([
    ['junk', 'test', 'not-a-pfx', 'it is not a PFX, or only a part of one, or damaged'],
    ['truncated', 'test', 'not-a-pfx', 'it is not a PFX, or only a part of one, or damaged'],
    ['no-key', 'test', 'no-key', 'it holds no private key'],
    ['no-certificate', 'test', 'no-certificate-for-key', 'it holds a key and no certificate'],
    ['other-key', 'test', 'no-certificate-for-key', 'its key belongs to none of its certificates'],
    ['aes', 'Test', 'wrong-password', 'the password does not open it'],
    ['aes', '', 'wrong-password', 'the password does not open it'],
    ['legacy-rc2', 'wrong', 'wrong-password', 'the password does not open it'],
    ['no-mac', 'wrong', 'wrong-password', 'the password does not open it'],
    ['empty-password', 'test', 'wrong-password', 'the password does not open it'],
    ['non-ascii-password', 'passwort', 'wrong-password', 'the password does not open it'],
  ])('says what is wrong with %s opened by "%s"', async (name, password, problem, says) => {
    expect(await open(name, password)).toEqual({ ok: false, error: { problem, message: says } });
  });

  it('tells a PEM file by its first line', async () => {
    const says = 'it is a PEM file, not a PFX';
    const pem = Buffer.from('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
    expect(await openPfx(pem, '')).toEqual({ ok: false, error: { problem: 'not-a-pfx', message: says } });
  });

  it('refuses several keys, and takes the same key twice for one', async () => {
    const says = 'it holds several private keys';
    expect(await openPfx(merged(fixture('aes'), fixture('ec')), 'test')).toEqual({
      ok: false,
      error: { problem: 'several-keys', message: says },
    });
    expect(sound(await openPfx(merged(fixture('aes'), fixture('chain')), 'test')).thumbprint).toBe(RSA);
  });

  it('lets the program live while it derives a slow key', async () => {
    let turns = 0;
    let opening = true;
    const count = () => {
      turns++;
      if (opening) setImmediate(count);
    };
    setImmediate(count);
    await open('slow');
    opening = false;
    expect(turns).toBeGreaterThan(100);
  });

  /** The file with another integrity check. */
  function withMac(bytes: Uint8Array, change: (digest: Asn1, salt: Asn1) => readonly Asn1[]): Buffer {
    const [version, content, mac] = parts(fromDer(bytes));
    const [digest, salt, count] = parts(mac);
    expect(integer(count)).toBe(2048);
    return toDer(sequence(version!, content!, sequence(...change(digest!, salt!))));
  }

  it.each([
    ['two thousand million', '2,000,000,000', number(2_000_000_000)],
    ['0', '0', number(0)],
    ['below none', '0', fromDer(Buffer.from('0201ff', 'hex'))],
    ['more than 32 bits hold', '1,099,511,627,775', fromDer(Buffer.from('020600ffffffffff', 'hex'))],
    ['more than anybody can count', 'more', fromDer(Buffer.from(`02820400${'7f'.repeat(1024)}`, 'hex'))],
  ])('refuses a file that asks for an absurd number of rounds, and says what to do: %s', async (_name, many, count) => {
    const hostile = withMac(fixture('aes'), (digest, salt) => [digest, salt, count]);
    const opened = await openPfx(hostile, 'test');
    expect(opened).toMatchObject({ ok: false, error: { problem: 'unsupported' } });
    const rounds = many === 'more' ? 'more rounds than can be counted' : `${many} rounds`;
    expect(opened.ok || opened.error.message).toBe(
      `it asks for ${rounds} to check its password, where 1 to 5,000,000 are done here: export it again, and leave the number of rounds to the program`,
    );
  });

  it('refuses absurd rounds of the encryption too, with and without PBES2', async () => {
    for (const name of ['no-mac', 'legacy-3des']) {
      const bytes = fixture(name).toString('hex');
      // 2048 as an INTEGER, behind a salt: of every encryption in the file.
      const hostile = Buffer.from(bytes.replaceAll('02020800', '0202ffff'), 'hex');
      const [version, content] = parts(fromDer(hostile));
      const opened = await openPfx(toDer(sequence(version!, content!)), 'test');
      expect(opened).toMatchObject({ ok: false, error: { problem: 'unsupported' } });
    }
  });

  it('names PBMAC1 and what to do', async () => {
    const pbmac1 = withMac(fixture('aes'), (digest, salt) => {
      const [, octets] = parts(digest);
      return [sequence(sequence(identifier('1.2.840.113549.1.5.14'), sequence()), octets!), salt, number(1)];
    });
    expect(await openPfx(pbmac1, 'test')).toEqual({
      ok: false,
      error: {
        problem: 'unsupported',
        message:
          'its integrity check is PBMAC1 (RFC 9579), which this program and older Windows do not know: export it again without, as openssl pkcs12 -export does by itself',
      },
    });
  });

  it.each([
    ['zero bytes', Buffer.alloc(300)],
    ['anything', Buffer.from('\r\n<!-- sent by mail -->')],
    ['itself again', fixture('aes')],
  ])('opens a PFX with bytes behind its end: %s', async (_name, rest) => {
    expect(sound(await openPfx(Buffer.concat([fixture('aes'), rest]), 'test')).thumbprint).toBe(RSA);
  });

  it('opens a BER file of indefinite length with bytes behind its end', async () => {
    const [version, content, mac] = parts(fromDer(fixture('aes')));
    const inside = Buffer.concat([version!, content!, mac!].map(toDer));
    const ber = Buffer.concat([Buffer.from('3080', 'hex'), inside, Buffer.alloc(2), Buffer.alloc(7)]);
    expect(sound(await openPfx(ber, 'test')).thumbprint).toBe(RSA);
  });

  it.each([
    ['noise', Buffer.from('no certificate')],
    ['nothing', Buffer.alloc(0)],
    ['half of one', fixture('aes').subarray(0, 200)],
  ])('keeps key and certificate beside a chain certificate that cannot be read: %s', async (_name, junk) => {
    const { key, certificate, certificates } = sound(await open('chain'));
    const wrapped = wrapPfx({ key, certificate, chain: [junk, ...certificates.slice(1)] }, 'x');
    const opened = sound(await openPfx(wrapped, 'x'));
    expect(opened.thumbprint).toBe(RSA);
    expect(opened.certificates).toHaveLength(2);
  });

  it('says so where the unreadable certificate may be the one of the key', async () => {
    const { key } = sound(await open('aes'));
    const other = sound(await open('ec')).certificate;
    const says = 'its key belongs to none of its certificates that can be read (1 cannot)';
    expect(await openPfx(wrapPfx({ key, certificate: Buffer.from('x'), chain: [other] }, 'x'), 'x')).toEqual({
      ok: false,
      error: { problem: 'no-certificate-for-key', message: says },
    });
  });

  it.each([
    ['in one line', (text: string) => Buffer.from(text)],
    ['in lines', (text: string) => Buffer.from(text.replace(/.{64}/g, '$&\r\n'))],
    ['as certutil -encode frames it', (text: string) => framed('CERTIFICATE', text)],
    ['as openssl frames it', (text: string) => framed('PKCS12', text)],
    ['in UTF-16 with its mark', (text: string) => Buffer.from(`\uFEFF${text}\r\n`, 'utf16le')],
    ['in UTF-16', (text: string) => Buffer.from(text, 'utf16le')],
    ['with a byte order mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
  ])('tells a PFX that is base64 text, and what to do: %s', async (_name, write) => {
    for (const name of ['aes', 'ec', 'chain']) {
      expect(await openPfx(write(fixture(name).toString('base64')), 'test')).toEqual({
        ok: false,
        error: {
          problem: 'not-a-pfx',
          message: 'it is a PFX written as base64 text: turn it back with certutil -decode FILE NEWFILE',
        },
      });
    }
  });

  it('takes no certificate and no key in base64 for a PFX', async () => {
    const { key, certificate } = sound(await open('aes'));
    const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
    for (const der of [Buffer.from(certificate), pkcs8]) {
      const bare = await openPfx(Buffer.from(der.toString('base64')), '');
      expect(bare.ok || bare.error.message).toBe('it is not a PFX, or only a part of one, or damaged');
      const pem = await openPfx(framed('CERTIFICATE', der.toString('base64')), '');
      expect(pem.ok || pem.error.message).toBe('it is a PEM file, not a PFX');
    }
  });

  it('tells once, before many rounds, that they take their time', async () => {
    const told: string[] = [];
    await openPfx(fixture('aes'), 'test', () => told.push('aes'));
    expect(told).toEqual([]);
    const slow = openPfx(fixture('slow'), 'test', () => told.push('slow'));
    expect(told).toEqual(['slow']);
    await slow;
    expect(told).toEqual(['slow']);
  });

  it('never throws, whatever the bytes', async () => {
    const small = fixture('ec');
    const damage = fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(small.length), async (changes, length) => {
        const bytes = Buffer.from(small);
        for (const [at, value] of changes) bytes[at] = value;
        for (const hostile of [bytes, bytes.subarray(0, length), bytes.subarray(length)]) {
          const opened = await openPfx(hostile, 'test');
          expect(typeof opened.ok).toBe('boolean');
        }
      }),
      // Each takes milliseconds of key derivation.
      { numRuns: Math.max(100, Math.floor(FUZZ_RUNS / 20)) },
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a length of 4 GB', Buffer.from('3084ffffffff', 'hex')],
    ['100,000 open sequences', Buffer.from('3080'.repeat(100_000), 'hex')],
    ['5 MB of zeros', Buffer.alloc(5 * 1024 * 1024)],
  ])('is not impressed by %s', async (_name, bytes) => {
    expect(await openPfx(bytes, 'test')).toMatchObject({ ok: false, error: { problem: 'not-a-pfx' } });
  });
});

describe('wrapPfx', () => {
  it('what is wrapped is opened again', async () => {
    for (const name of ['aes', 'ec', 'ed25519', 'chain']) {
      const { key, certificate, certificates, thumbprint } = sound(await open(name));
      const chain = certificates.slice(1);
      for (const password of [oneTimePassword(), '', 'pässwört€']) {
        const again = sound(await openPfx(wrapPfx({ key, certificate, chain }, password), password));
        expect(again.thumbprint).toBe(thumbprint);
        expect(again.key.equals(key)).toBe(true);
        expect(again.certificates.map((der) => Buffer.from(der))).toEqual(certificates.map((der) => Buffer.from(der)));
      }
    }
  });

  it('does not open by another password', async () => {
    const { key, certificate } = sound(await open('ec'));
    const wrapped = wrapPfx({ key, certificate, chain: [] }, 'one');
    expect(await openPfx(wrapped, 'two')).toMatchObject({ ok: false, error: { problem: 'wrong-password' } });
  });
});

describe('oneTimePassword', () => {
  it('is 32 letters and digits, another each time', () => {
    const many = Array.from({ length: 100 }, oneTimePassword);
    expect(many.every((password) => /^[A-Za-z0-9]{32}$/.test(password))).toBe(true);
    expect(new Set(many).size).toBe(100);
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasOpenssl)(`with the openssl program${hasOpenssl ? '' : ' (SKIPPED: there is none here)'}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pfx-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const openssl = (...args: string[]) => spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });

  it('openssl reads what we wrap', async () => {
    for (const name of ['chain', 'ec', 'ed25519']) {
      const { key, certificate, certificates } = sound(await open(name));
      const password = oneTimePassword();
      writeFileSync(join(folder, 'wrapped.pfx'), wrapPfx({ key, certificate, chain: certificates.slice(1) }, password));
      const out = openssl('pkcs12', '-in', 'wrapped.pfx', '-passin', `pass:${password}`, '-nodes');
      expect(out.stderr).toBe('');
      expect(out.stdout.match(/BEGIN CERTIFICATE/g)).toHaveLength(certificates.length);
      expect(createPrivateKey(out.stdout.slice(out.stdout.indexOf('-----BEGIN PRIVATE KEY'))).equals(key)).toBe(true);
    }
  });

  it.each([
    ['AES-128-CBC', 'sha384'],
    ['AES-192-CBC', 'sha512'],
    ['PBE-SHA1-2DES', 'sha1'],
    ['DES-EDE3-CBC', 'sha256'],
  ])('we read what openssl writes with %s and %s', async (cipher, digest) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    writeFileSync(join(folder, 'k.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    openssl('req', '-x509', '-key', 'k.pem', '-subj', '/CN=fresh.example', '-out', 'c.pem');
    const made = openssl(
      ...['pkcs12', '-export', '-inkey', 'k.pem', '-in', 'c.pem', '-keypbe', cipher, '-certpbe', cipher],
      ...['-macalg', digest, '-passout', 'pass:a "b" $c', '-out', 'fresh.pfx'],
    );
    expect(made.stderr).toBe('');
    const opened = sound(await openPfx(readFileSync(join(folder, 'fresh.pfx')), 'a "b" $c'));
    expect(opened.key.equals(privateKey)).toBe(true);
  });
});
