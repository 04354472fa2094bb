// KEY_PROV_INFO, property 2 of a store entry: which key container is said to hold the private key.

/** CRYPT_MACHINE_KEYSET: the container is the machine's. Without it, it is that of whoever opens it. */
export const MACHINE_KEYSET = 0x20;

/** CRYPT_KEY_PROV_INFO without provider parameters (the lab's software providers take none). */
export interface KeyProvInfo {
  readonly container: string;
  readonly provider: string;
  /** 0 for a CNG key storage provider; 1 PROV_RSA_FULL, 12 PROV_RSA_SCHANNEL, 24 PROV_RSA_AES. */
  readonly type: number;
  readonly flags: number;
  /** 1 AT_KEYEXCHANGE, 2 AT_SIGNATURE, 0 for CNG. */
  readonly keySpec: number;
}

/** The property's value, as MS-GPEF lays it out: seven numbers, then the two names that they point at. */
export function encodeKeyProvInfo(info: KeyProvInfo): Buffer {
  const container = Buffer.from(`${info.container}\0`, 'utf16le');
  const provider = Buffer.from(`${info.provider}\0`, 'utf16le');
  const numbers = [28, 28 + container.length, info.type, info.flags, 0, 0, info.keySpec];
  const head = Buffer.alloc(28);
  for (const [index, number] of numbers.entries()) head.writeUInt32LE(number >>> 0, index * 4);
  return Buffer.concat([head, container, provider]);
}

/** Reads the property's value; throws a RangeError for an offset outside of it. */
export function decodeKeyProvInfo(value: Buffer): KeyProvInfo {
  const number = (index: number) => value.readUInt32LE(index * 4);
  return {
    container: textAt(value, number(0)),
    provider: textAt(value, number(1)),
    type: number(2),
    flags: number(3),
    keySpec: number(6),
  };
}

function textAt(value: Buffer, offset: number): string {
  if (offset === 0) return '';
  let end = offset;
  while (value.readUInt16LE(end) !== 0) end += 2;
  return value.toString('utf16le', offset, end);
}
