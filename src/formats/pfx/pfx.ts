// A PFX file (PKCS #12, RFC 7292): opened with its password, and checked to hold one key with its certificate.
// node-forge reads the structure and the RC2 that OpenSSL 3 refuses; keys and certificates are read by node:crypto,
// since node-forge knows no EC keys, and slow key derivations must not freeze the program.

import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  timingSafeEqual,
  X509Certificate,
} from 'node:crypto';
import { fail, ok, type Result } from '../../model/result.ts';
import { type Asn1, firstFromDer, fromDer, integer, octets, oid, parts, times, toDer } from './asn1.ts';
import { decrypt } from './encryption.ts';
import { PfxError, type PfxProblem } from './error.ts';
import { notAPfx } from './look-alike.ts';
import { deriveLegacy, type PasswordForm, PURPOSE, passwordForms, Rounds } from './password.ts';

/** What a PFX holds. */
export interface Pfx {
  readonly key: KeyObject;
  /** DER of the certificate that the key belongs to; of several, the one that is valid longest. */
  readonly certificate: Uint8Array;
  /** SHA-1 of that certificate, 40 upper-case hex digits. */
  readonly thumbprint: string;
  /** DER of every certificate in the file, in its order. */
  readonly certificates: readonly Uint8Array[];
}

/** What it holds, or why it cannot be used. `message`: one clause about the file, without a full stop. */
export type OpenedPfx = Result<Pfx, { readonly problem: PfxProblem; readonly message: string }>;

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const CERT_BAG = '1.2.840.113549.1.12.10.1.3';
const NESTED_BAG = '1.2.840.113549.1.12.10.1.6';
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';

const MAC_DIGESTS: Readonly<Record<string, { readonly digest: string; readonly bytes: number }>> = {
  '1.3.14.3.2.26': { digest: 'sha1', bytes: 20 },
  '2.16.840.1.101.3.4.2.1': { digest: 'sha256', bytes: 32 },
  '2.16.840.1.101.3.4.2.2': { digest: 'sha384', bytes: 48 },
  '2.16.840.1.101.3.4.2.3': { digest: 'sha512', bytes: 64 },
};

const PBMAC1 = '1.2.840.113549.1.5.14';
const NO_PBMAC1 =
  'its integrity check is PBMAC1 (RFC 9579), which this program and older Windows do not know: export it again without, as openssl pkcs12 -export does by itself';

/** Bytes: far above any real PFX; a larger file is something else. */
export const LARGEST_PFX = 4 * 1024 * 1024;

/**
 * Opens a PFX. Never throws, whatever the bytes are; slow key derivations run beside the program, and `slow` is called
 * once before they begin.
 */
export async function openPfx(bytes: Uint8Array, password: string, slow: () => void = () => {}): Promise<OpenedPfx> {
  try {
    return ok(await open(bytes, password, new Rounds(slow)));
  } catch (error) {
    if (error instanceof PfxError) return fail({ problem: error.problem, message: error.message });
    return fail({ problem: 'not-a-pfx', message: notAPfx(bytes) });
  }
}

async function open(bytes: Uint8Array, password: string, rounds: Rounds): Promise<Pfx> {
  if (bytes.length > LARGEST_PFX) throw new Error('too large');
  const [version, authSafe, macData] = parts(firstFromDer(bytes));
  if (integer(version) !== 3) throw new Error('not version 3');
  const content = contentOf(authSafe);
  const forms = await fittingForms(content, macData, password, rounds);
  const found: Found = { keys: [], certificates: [], unreadable: 0 };
  for (const safe of parts(fromDer(content))) {
    await collect(await openSafe(safe, forms, macData !== undefined, rounds), found, async (algorithm, data) =>
      decryptWith(forms, macData !== undefined, algorithm, data, rounds, privateKey),
    );
  }
  return pair(found);
}

/** The forms of the password under which the MAC is right; all of them where there is no MAC. */
async function fittingForms(
  content: Buffer,
  macData: Asn1 | undefined,
  password: string,
  rounds: Rounds,
): Promise<readonly PasswordForm[]> {
  const forms = passwordForms(password);
  if (macData === undefined) return forms;
  const [digestInfo, saltPart, countPart] = parts(macData);
  const [algorithm, expected] = parts(digestInfo);
  const name = oid(parts(algorithm)[0]);
  const mac = MAC_DIGESTS[name];
  if (name === PBMAC1) throw new PfxError('unsupported', NO_PBMAC1);
  if (mac === undefined)
    throw new PfxError('unsupported', `its integrity check is not known to this program (${name})`);
  const count = countPart === undefined ? 1 : times(countPart);
  for (const form of forms) {
    rounds.spend(count);
    const key = await deriveLegacy(mac.digest, form.wide, octets(saltPart), PURPOSE.mac, count, mac.bytes);
    const actual = createHmac(mac.digest, key).update(content).digest();
    const wanted = octets(expected);
    if (wanted.length === actual.length && timingSafeEqual(wanted, actual)) return [form];
  }
  throw new PfxError('wrong-password', 'the password does not open it');
}

/** The content of a ContentInfo of type data. */
function contentOf(info: Asn1 | undefined): Buffer {
  const [type, content] = parts(info);
  if (oid(type) !== DATA) throw new PfxError('unsupported', 'it is protected by a certificate, not by a password');
  return octets(parts(content)[0]);
}

/** One safe, in the clear: its bags. */
async function openSafe(
  safe: Asn1,
  forms: readonly PasswordForm[],
  macWasRight: boolean,
  rounds: Rounds,
): Promise<Asn1> {
  const [type, content] = parts(safe);
  if (oid(type) !== ENCRYPTED_DATA) return fromDer(contentOf(safe));
  const [, encrypted] = parts(parts(content)[0]);
  const [, algorithm, data] = parts(encrypted);
  return decryptWith(forms, macWasRight, algorithm, octets(data), rounds, fromDer);
}

/** Decrypts with the first form of the password whose result can be read. */
async function decryptWith<T>(
  forms: readonly PasswordForm[],
  macWasRight: boolean,
  algorithm: Asn1 | undefined,
  data: Buffer,
  rounds: Rounds,
  read: (clear: Buffer) => T,
): Promise<T> {
  for (const form of forms) {
    const clear = await decrypt(algorithm, data, form, rounds);
    if (clear === undefined) continue;
    try {
      return read(clear);
    } catch {
      // A wrong key leaves well-padded junk once in 256 times.
    }
  }
  if (macWasRight)
    throw new PfxError('unsupported', 'the password is right, but what is inside cannot be read with it');
  throw new PfxError('wrong-password', 'the password does not open it');
}

interface Found {
  readonly keys: KeyObject[];
  readonly certificates: X509Certificate[];
  /** Certificates that OpenSSL cannot read; one in the chain is no matter. */
  unreadable: number;
}

/** Adds the keys and certificates of a list of bags; CRLs and secrets are of no use here. */
async function collect(
  bags: Asn1,
  found: Found,
  openKey: (algorithm: Asn1 | undefined, data: Buffer) => Promise<KeyObject>,
): Promise<void> {
  for (const bag of parts(bags)) {
    const [type, tagged] = parts(bag);
    const value = parts(tagged)[0];
    const kind = oid(type);
    if (kind === KEY_BAG && value !== undefined) found.keys.push(privateKey(toDer(value)));
    if (kind === NESTED_BAG && value !== undefined) await collect(value, found, openKey);
    if (kind === SHROUDED_KEY_BAG) {
      const [algorithm, data] = parts(value);
      found.keys.push(await openKey(algorithm, octets(data)));
    }
    if (kind === CERT_BAG) addCertificate(value, found);
  }
}

function addCertificate(value: Asn1 | undefined, found: Found): void {
  try {
    const [type, content] = parts(value);
    if (oid(type) === X509_CERTIFICATE) found.certificates.push(new X509Certificate(octets(parts(content)[0])));
  } catch {
    found.unreadable++;
  }
}

const privateKey = (pkcs8: Buffer): KeyObject => createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });

/** The one key of the file with its certificate. */
function pair({ keys, certificates, unreadable }: Found): Pfx {
  const [key] = keys;
  if (key === undefined) throw new PfxError('no-key', 'it holds no private key');
  if (new Set(keys.map(publicPart)).size > 1) throw new PfxError('several-keys', 'it holds several private keys');
  const own = certificates
    .filter((certificate) => belongs(certificate, key))
    .sort((one, other) => Date.parse(other.validTo) - Date.parse(one.validTo))[0];
  if (own === undefined) {
    const message =
      certificates.length === 0 ? 'it holds a key and no certificate' : 'its key belongs to none of its certificates';
    const rest = unreadable > 0 ? ` that can be read (${unreadable} cannot)` : '';
    throw new PfxError('no-certificate-for-key', message + rest);
  }
  return {
    key,
    certificate: own.raw,
    thumbprint: own.fingerprint.replaceAll(':', ''),
    certificates: certificates.map(({ raw }) => raw),
  };
}

/** A certificate of a kind of key that OpenSSL does not know belongs to no key that it does. */
function belongs(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    return false;
  }
}

const publicPart = (key: KeyObject): string => createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
