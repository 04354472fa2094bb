// A plain look at the bytes of a certificate's entry: properties by their id, each behind its id, a one and its length.

/** Property 2, which says where the private key is. */
export interface KeyLink {
  /** 0 for a CNG provider. */
  readonly type: number;
  readonly container: string;
  readonly provider: string;
}

/** The properties in what `reg query /v Blob` prints, or in a file of a profile. */
function propertiesOf(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const properties = new Map<number, Buffer>();
  for (let at = 0; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32LE(at + 8);
    properties.set(bytes.readUInt32LE(at), bytes.subarray(at + 12, end));
    at = end;
  }
  return properties;
}

/** The bytes in the output of `reg query KEY /v Blob`. */
export const blobIn = (text: string): Buffer => Buffer.from(/REG_BINARY\s+([0-9A-F]+)/.exec(text)?.[1] ?? '', 'hex');

/** The key that an entry names; undefined where it names none. */
export function keyLinkIn(bytes: Buffer): KeyLink | undefined {
  const value = propertiesOf(bytes).get(2);
  if (value === undefined || value.length < 28) return undefined;
  const textAt = (offset: number) => value.toString('utf16le', offset).replace(/\0[\s\S]*$/, '');
  return {
    type: value.readUInt32LE(8),
    container: textAt(value.readUInt32LE(0)),
    provider: textAt(value.readUInt32LE(4)),
  };
}
