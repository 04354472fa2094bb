// The encryptions that a PFX is found in: RFC 7292's own with 3DES and RC2, and PBES2 (RFC 8018).

import { createDecipheriv } from 'node:crypto';
import forge from 'node-forge';
import { type Asn1, fromBinary, isUniversal, octets, oid, parts, times, toBinary } from './asn1.ts';
import { PfxError } from './error.ts';
import { deriveLegacy, derivePbkdf2, type PasswordForm, PURPOSE, type Rounds } from './password.ts';

const LEGACY: Readonly<Record<string, { readonly cipher: '3des' | 'rc2'; readonly keyBytes: number }>> = {
  '1.2.840.113549.1.12.1.3': { cipher: '3des', keyBytes: 24 },
  '1.2.840.113549.1.12.1.4': { cipher: '3des', keyBytes: 16 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2', keyBytes: 16 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2', keyBytes: 5 },
};

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';

const PBES2_CIPHERS: Readonly<Record<string, { readonly cipher: string; readonly keyBytes: number }>> = {
  '1.2.840.113549.3.7': { cipher: 'des-ede3-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.2': { cipher: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { cipher: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { cipher: 'aes-256-cbc', keyBytes: 32 },
};

const PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

/** The clear bytes; undefined when the password does not fit. Throws on parameters that make no sense. */
export async function decrypt(
  algorithm: Asn1 | undefined,
  data: Buffer,
  form: PasswordForm,
  rounds: Rounds,
): Promise<Buffer | undefined> {
  const [name, parameters] = parts(algorithm);
  const legacy = LEGACY[oid(name)];
  if (legacy !== undefined) return decryptLegacy(legacy, parameters, data, form.wide, rounds);
  if (oid(name) === PBES2) return decryptPbes2(parameters, data, form.utf8, rounds);
  throw new PfxError('unsupported', `it is encrypted in a way that this program does not know (${oid(name)})`);
}

async function decryptLegacy(
  { cipher, keyBytes }: { cipher: '3des' | 'rc2'; keyBytes: number },
  parameters: Asn1 | undefined,
  data: Buffer,
  wide: Buffer,
  rounds: Rounds,
): Promise<Buffer | undefined> {
  const [saltPart, countPart] = parts(parameters);
  const salt = octets(saltPart);
  const count = times(countPart);
  rounds.spend(count, 2);
  const key = await deriveLegacy('sha1', wide, salt, PURPOSE.key, count, keyBytes);
  const iv = await deriveLegacy('sha1', wide, salt, PURPOSE.iv, count, 8);
  if (cipher === 'rc2') return decipherRc2(key, iv, data);
  // Two-key 3DES uses its first key again as the third.
  return decipher('des-ede3-cbc', Buffer.concat([key, key.subarray(0, 24 - keyBytes)]), iv, data);
}

async function decryptPbes2(
  parameters: Asn1 | undefined,
  data: Buffer,
  utf8: Buffer,
  rounds: Rounds,
): Promise<Buffer | undefined> {
  const [derivation, encryption] = parts(parameters);
  const [derivationName, derivationParameters] = parts(derivation);
  const [cipherName, ivPart] = parts(encryption);
  if (oid(derivationName) !== PBKDF2) {
    throw new PfxError('unsupported', `its key derivation is not known to this program (${oid(derivationName)})`);
  }
  const [saltPart, countPart, ...optional] = parts(derivationParameters);
  const prfPart = optional.find((part) => isUniversal(part, 'SEQUENCE'));
  const prfName = prfPart === undefined ? '1.2.840.113549.2.7' : oid(parts(prfPart)[0]);
  const prf = PRFS[prfName];
  const cipher = PBES2_CIPHERS[oid(cipherName)];
  if (prf === undefined || cipher === undefined) {
    throw new PfxError(
      'unsupported',
      `it is encrypted in a way that this program does not know (${oid(cipherName)}, ${prfName})`,
    );
  }
  const count = times(countPart);
  rounds.spend(count);
  const key = await derivePbkdf2(utf8, octets(saltPart), count, cipher.keyBytes, prf);
  return decipher(cipher.cipher, key, octets(ivPart), data);
}

/** OpenSSL's bad padding is the only sign of a wrong key. */
function decipher(cipher: string, key: Buffer, iv: Buffer, data: Buffer): Buffer | undefined {
  const stream = createDecipheriv(cipher, key, iv);
  try {
    return Buffer.concat([stream.update(data), stream.final()]);
  } catch {
    return undefined;
  }
}

/** OpenSSL 3 has no RC2 without its legacy provider; node-forge has. */
function decipherRc2(key: Buffer, iv: Buffer, data: Buffer): Buffer | undefined {
  const stream = forge.rc2.createDecryptionCipher(toBinary(key), key.length * 8);
  stream.start(toBinary(iv));
  stream.update(forge.util.createBuffer(toBinary(data)));
  return stream.finish() ? fromBinary(stream.output.getBytes()) : undefined;
}
