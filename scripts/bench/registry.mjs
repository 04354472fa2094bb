// What the bench writes as `reg export` does: store entries, and lines of hex.
import { createHash } from 'node:crypto';

/**
 * The key provider property of a store entry ([MS-GPEF] 2.2.1.1.1.1.1): a machine key.
 * @param {string} container
 * @param {string} provider
 * @param {number} type 0 for CNG, 12 for RSA SChannel
 */
function keyProvider(container, provider, type) {
  const names = [container, provider].map((name) => Buffer.from(`${name}\0`, 'utf16le'));
  const head = Buffer.alloc(28);
  const machineKeyset = 0x20;
  const numbers = [28, 28 + (names[0]?.length ?? 0), type, machineKeyset, 0, 0, type === 0 ? 0 : 1];
  for (const [at, number] of numbers.entries()) head.writeUInt32LE(number, at * 4);
  return Buffer.concat([head, ...names]);
}

/**
 * A store entry with the properties that Windows gives one. `key` is the container, the provider and its type.
 * @param {Buffer} certificate
 * @param {readonly [string, string, number]} key
 */
export function storeEntry(certificate, key) {
  /** @param {string} algorithm */
  const hash = (algorithm) => createHash(algorithm).update(certificate).digest();
  /** @type {[number, Buffer][]} */
  const properties = [
    [2, keyProvider(...key)],
    [3, hash('sha1')],
    [4, hash('md5')],
    [15, hash('sha256')],
    [20, hash('sha1')],
    [25, hash('md5')],
    [32, certificate],
  ];
  const records = properties.flatMap(([id, value]) => {
    const head = Buffer.alloc(12);
    for (const [at, number] of [id, 1, value.length].entries()) head.writeUInt32LE(number, at * 4);
    return [head, value];
  });
  return Buffer.concat(records);
}

/**
 * A binary value, its lines folded where `reg export` folds them: behind the byte that reaches column 77.
 * @param {string} name
 * @param {Uint8Array} data
 */
export function binaryValue(name, data) {
  const digits = Buffer.from(data)
    .toString('hex')
    .replace(/..(?=.)/g, '$&,');
  const start = `"${name}"=hex:`;
  const first = 3 * Math.ceil((77 - start.length) / 3);
  const lines = [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += 75) lines.push(digits.slice(at, at + 75));
  return start + lines.join('\\\r\n  ');
}

/**
 * A .reg file of version 5.
 * @param {readonly string[]} lines
 */
export const regFile = (lines) =>
  Buffer.from(`\uFEFF${['Windows Registry Editor Version 5.00', '', ...lines, ''].join('\r\n')}`, 'utf16le');
