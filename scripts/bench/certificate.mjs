// Certificates for the bench: real X.509 (RFC 5280), the same bytes in every run. RSA signs them, since the random numbers
// of ECDSA would give other thumbprints each time.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

// A key of the tests, 2048 bits: it protects nothing.
const key = createPrivateKey(readFileSync(new URL('../../test/fixtures/tls/default-key.pem', import.meta.url)));
const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
const keyId = createHash('sha1').update(publicKey).digest();

/** @param {number} tag @param {...Uint8Array} contents */
function der(tag, ...contents) {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

/** @param {string} hex */
const bytes = (hex) => Buffer.from(hex, 'hex');
/** @param {string} id @param {Buffer} value */
const extension = (id, value) => der(0x30, der(0x06, bytes(id)), der(0x04, value));
/** @param {string} text */
const commonName = (text) => der(0x30, der(0x31, der(0x30, der(0x06, bytes('550403')), der(0x0c, Buffer.from(text)))));

const version3 = der(0xa0, der(0x02, bytes('02')));
const sha256Rsa = der(0x30, der(0x06, bytes('2a864886f70d01010b')), der(0x05));
const issuer = commonName('Bench CA');
const validity = der(0x30, der(0x17, Buffer.from('250101000000Z')), der(0x17, Buffer.from('350101000000Z')));
const keyUsage = extension('551d0f', bytes('030205a0'));
const serverAuth = extension('551d25', bytes('300a06082b06010505070301'));
const subjectKey = extension('551d0e', der(0x04, keyId));
const authorityKey = extension('551d23', der(0x30, der(0x80, keyId)));
const policies = extension('551d20', bytes('300a3008060667810c010201'));

/**
 * The DER of a server certificate for one host name.
 * @param {number} number its serial number
 * @param {string} host
 */
export function makeCertificate(number, host) {
  const serial = Buffer.concat([bytes('40'), createHash('sha256').update(String(number)).digest().subarray(0, 15)]);
  const alternatives = extension(
    '551d11',
    der(0x30, der(0x82, Buffer.from(host)), der(0x82, Buffer.from(`www.${host}`))),
  );
  const extensions = der(0x30, keyUsage, serverAuth, alternatives, subjectKey, authorityKey, policies);
  const fields = [version3, der(0x02, serial), sha256Rsa, issuer, validity, commonName(host), publicKey];
  const signed = der(0x30, ...fields, der(0xa3, extensions));
  return der(0x30, signed, sha256Rsa, der(0x03, bytes('00'), sign('sha256', signed, key)));
}
