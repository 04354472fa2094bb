// A new PFX around a key and its certificates, for the short way from us to certutil.

import { createHash, createHmac, type KeyObject, randomBytes, randomInt } from 'node:crypto';
import forge from 'node-forge';
import {
  type Asn1,
  fromBinary,
  fromDer,
  identifier,
  nothing,
  number,
  octetString,
  sequence,
  set,
  tagged,
  toBinary,
  toDer,
} from './asn1.ts';

/** What goes into the file. Certificates are DER; the chain may be empty and is kept as given. */
export interface PfxContent {
  readonly key: KeyObject;
  readonly certificate: Uint8Array;
  readonly chain: readonly Uint8Array[];
}

/** The digest of the integrity check. */
const SHA1 = { name: 'sha1', id: '1.3.14.3.2.26', bytes: 20 } as const;

/** The password is random where we use this, so more rounds would only take time. */
const ROUNDS = 2048;
const MAC_PURPOSE = 3;

/**
 * A PFX that every Windows imports, for any kind of key: 3DES and SHA-1, as certutil itself writes it. node-forge's own
 * writer takes RSA alone, so its parts are put together here. Certificates are public and lie in the clear.
 */
export function wrapPfx(content: PfxContent, password: string): Uint8Array {
  const { key, certificate, chain } = content;
  const ownId = attribute(createHash('sha1').update(certificate).digest());
  const certificates = [certificateBag(certificate, ownId), ...chain.map((der) => certificateBag(der))];
  const keyInfo = fromDer(key.export({ type: 'pkcs8', format: 'der' }));
  const shrouded = forge.pki.encryptPrivateKeyInfo(keyInfo, password, { algorithm: '3des', count: ROUNDS });
  const safes = toDer(
    sequence(dataOf(sequence(...certificates)), dataOf(sequence(bag(SHROUDED_KEY_BAG, shrouded, ownId)))),
  );

  const salt = randomBytes(8);
  const macKey = forge.pkcs12.generateKey(
    password,
    forge.util.createBuffer(toBinary(salt)),
    MAC_PURPOSE,
    ROUNDS,
    SHA1.bytes,
    forge.md[SHA1.name].create(),
  );
  const mac = createHmac(SHA1.name, fromBinary(macKey.getBytes())).update(safes).digest();
  const digestInfo = sequence(sequence(identifier(SHA1.id), nothing()), octetString(mac));
  return toDer(sequence(number(3), data(safes), sequence(digestInfo, octetString(salt), number(ROUNDS))));
}

const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const CERT_BAG = '1.2.840.113549.1.12.10.1.3';
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';
const DATA = '1.2.840.113549.1.7.1';

const data = (bytes: Uint8Array): Asn1 => sequence(identifier(DATA), tagged(octetString(bytes)));
const dataOf = (value: Asn1): Asn1 => data(toDer(value));

/** Windows finds the certificate of a key by this attribute, the same on both. */
const attribute = (id: Uint8Array): Asn1 => set(sequence(identifier(LOCAL_KEY_ID), set(octetString(id))));

function bag(type: string, value: Asn1, attributes?: Asn1): Asn1 {
  return sequence(identifier(type), tagged(value), ...(attributes === undefined ? [] : [attributes]));
}

function certificateBag(der: Uint8Array, attributes?: Asn1): Asn1 {
  return bag(CERT_BAG, sequence(identifier(X509_CERTIFICATE), tagged(octetString(der))), attributes);
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 32 random letters and digits (190 bits): nothing that a command line has to quote, or takes for an option. */
export function oneTimePassword(): string {
  return Array.from({ length: 32 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
