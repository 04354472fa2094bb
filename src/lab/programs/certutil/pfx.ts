// PFX files, through node-forge: it also writes and reads the old ciphers that node's OpenSSL refuses.

import { createPrivateKey, hash, type KeyObject, pbkdf2Sync, X509Certificate } from 'node:crypto';
import forge from 'node-forge';

// forge derives in JavaScript where it is given a digest, and it always is here: a tenth of a whole repair went into that.
Object.assign(forge.pkcs5, {
  pbkdf2: (password: string, salt: string, count: number, length: number, digest: { readonly algorithm: string }) =>
    pbkdf2Sync(Buffer.from(password, 'latin1'), Buffer.from(salt, 'latin1'), count, length, digest.algorithm).toString(
      'latin1',
    ),
});

// The older derivation (RFC 7292, B.2) takes thousands of digests, each in JavaScript too.
const { pbe } = forge.pki as unknown as { readonly pbe: { generatePkcs12Key: Derive } };
type Derive = (
  password: string,
  salt: forge.util.ByteBuffer,
  purpose: number,
  rounds: number,
  length: number,
  digest?: Digest,
) => unknown;
type Digest = { readonly algorithm: string };
const derive = pbe.generatePkcs12Key;
pbe.generatePkcs12Key = (password, salt, purpose, rounds, length, digest) =>
  derive(password, salt, purpose, rounds, length, digest && digest.algorithm !== 'sha1' ? digest : sha1OfNode());

/** In the shape of one of forge's; here each text is digested by itself. */
function sha1OfNode() {
  let text = '';
  return {
    algorithm: 'sha1',
    digestLength: 20,
    blockLength: 64,
    start: () => {},
    update: (whole: string) => {
      text = whole;
    },
    digest: () => forge.util.createBuffer(hash('sha1', Buffer.from(text, 'latin1'), 'binary')),
  };
}

/** What a PFX holds. */
export interface PfxContent {
  /** Certificates in DER, in the file's order. */
  readonly certificates: readonly Buffer[];
  readonly privateKey?: KeyObject;
  readonly friendlyName: string;
}

/** What reading one gave. */
export type ReadPfx =
  | { readonly ok: true; readonly content: PfxContent }
  | { readonly ok: false; readonly why: 'password' | 'not-pfx' };

/** id-aes256-CBC, as its bytes stand in a file. */
const AES_256_CBC = Buffer.from('060960864801650304012a', 'hex');

/** Whether something in it is encrypted with AES-256. */
export const isAes = (bytes: Buffer): boolean => bytes.includes(AES_256_CBC);

/**
 * Opens a PFX. Windows before build 17763 (1809) knows no AES in a PFX, and says that the password is wrong.
 */
export function readPfx(bytes: Buffer, password: string, osBuild: number): ReadPfx {
  const asn1 = pfxStructure(bytes);
  if (!asn1) return { ok: false, why: 'not-pfx' };
  if (osBuild < 17763 && isAes(bytes)) return { ok: false, why: 'password' };
  try {
    return { ok: true, content: contentOf(forge.pkcs12.pkcs12FromAsn1(asn1, true, password)) };
  } catch {
    // The structure was read before: what is left to fail is the MAC, or a cipher that this password does not open.
    return { ok: false, why: 'password' };
  }
}

/** Writes a PFX: the first certificate is the key's own. The MAC is SHA-1 either way: forge knows no other. */
export function writePfx(
  content: PfxContent & { readonly privateKey: KeyObject },
  password: string,
  algorithm: '3des' | 'aes256',
): Buffer {
  const pem = content.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const certificates = content.certificates.map((der) =>
    forge.pki.certificateFromPem(new X509Certificate(der).toString()),
  );
  const asn1 = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(pem), certificates, password, {
    algorithm,
    ...(content.friendlyName && { friendlyName: content.friendlyName }),
  });
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1');
}

/** A PFX is a SEQUENCE of version 3 and a ContentInfo. */
function pfxStructure(bytes: Buffer): forge.asn1.Asn1 | undefined {
  try {
    const asn1 = forge.asn1.fromDer(forge.util.createBuffer(bytes.toString('latin1')));
    const [version] = Array.isArray(asn1.value) ? asn1.value : [];
    return version?.value === '\x03' ? asn1 : undefined;
  } catch {
    return undefined;
  }
}

function contentOf(pfx: forge.pkcs12.Pkcs12Pfx): PfxContent {
  const bags = (type: string | undefined) => (type === undefined ? [] : (pfx.getBags({ bagType: type })[type] ?? []));
  const { certBag, keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids;
  const certificates = bags(certBag).map((bag) => derOf(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1));
  const [key] = [...bags(pkcs8ShroudedKeyBag), ...bags(keyBag)];
  const names = [...bags(certBag), ...(key ? [key] : [])].flatMap((bag) => bag.attributes?.friendlyName ?? []);
  return {
    certificates,
    ...(key && { privateKey: privateKeyOf(key) }),
    friendlyName: String(names[0] ?? ''),
  };
}

function privateKeyOf(bag: forge.pkcs12.Bag): KeyObject {
  if (bag.key) return createPrivateKey(forge.pki.privateKeyToPem(bag.key));
  return createPrivateKey({ key: derOf(bag.asn1), format: 'der', type: 'pkcs8' });
}

function derOf(asn1: forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1');
}
