// The few moves in an ASN.1 tree that a PFX takes, over node-forge's parser. All of them throw on bytes that do not fit.

import forge from 'node-forge';

export type Asn1 = forge.asn1.Asn1;

const { Class, Type } = forge.asn1;

/** Reads one value (DER, or BER as older programs wrote it). node-forge bounds the depth and checks every length. */
export function fromDer(bytes: Uint8Array): Asn1 {
  return forge.asn1.fromDer(toBinary(bytes));
}

// Its types know of an older form of the function.
const withOptions = forge.asn1.fromDer as unknown as (
  bytes: string,
  options: { readonly parseAllBytes: boolean },
) => Asn1;

/** Reads the first value; .NET on Windows leaves bytes behind it (dotnet/runtime-assets), and openssl passes over them. */
export const firstFromDer = (bytes: Uint8Array): Asn1 => withOptions(toBinary(bytes), { parseAllBytes: false });

/** The DER of a value. */
export function toDer(value: Asn1): Buffer {
  return fromBinary(forge.asn1.toDer(value).getBytes());
}

/** The values inside a SEQUENCE, SET or explicit tag. */
export function parts(value: Asn1 | undefined): readonly Asn1[] {
  if (value === undefined || !Array.isArray(value.value)) throw new Error('a structure was expected');
  return value.value;
}

/** The bytes of an OCTET STRING, also of one that BER has cut into pieces, whatever its tag. */
export function octets(value: Asn1 | undefined): Buffer {
  if (value === undefined) throw new Error('an OCTET STRING was expected');
  return typeof value.value === 'string' ? fromBinary(value.value) : Buffer.concat(value.value.map(octets));
}

/** An object identifier in dotted form. */
export function oid(value: Asn1 | undefined): string {
  if (value?.type !== Type.OID || typeof value.value !== 'string') throw new Error('an OBJECT IDENTIFIER was expected');
  return forge.asn1.derToOid(value.value);
}

/** A count or length; larger than 32 bits is refused. */
export function integer(value: Asn1 | undefined): number {
  if (value?.type !== Type.INTEGER || typeof value.value !== 'string') throw new Error('an INTEGER was expected');
  return forge.asn1.derToInteger(value.value);
}

/** How often something is to be done: a number of any size, since the file is free to ask; a negative one is 0. */
export function times(value: Asn1 | undefined): number {
  if (value?.type !== Type.INTEGER || typeof value.value !== 'string') throw new Error('an INTEGER was expected');
  const hex = fromBinary(value.value).toString('hex');
  return /^[89a-f]/.test(hex) ? 0 : Number(`0x${hex}`);
}

/** True for a universal value of this type. */
export const isUniversal = (value: Asn1 | undefined, type: 'INTEGER' | 'OCTETSTRING' | 'SEQUENCE'): boolean =>
  value?.tagClass === Class.UNIVERSAL && value.type === Type[type];

export const sequence = (...values: Asn1[]): Asn1 => forge.asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, values);
export const set = (...values: Asn1[]): Asn1 => forge.asn1.create(Class.UNIVERSAL, Type.SET, true, values);
/** The explicit tag [0], the only one that a PFX needs. */
export const tagged = (value: Asn1): Asn1 => forge.asn1.create(Class.CONTEXT_SPECIFIC, 0, true, [value]);
export const octetString = (bytes: Uint8Array): Asn1 =>
  forge.asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, toBinary(bytes));
export const identifier = (dotted: string): Asn1 =>
  forge.asn1.create(Class.UNIVERSAL, Type.OID, false, forge.asn1.oidToDer(dotted).getBytes());
export const number = (value: number): Asn1 =>
  forge.asn1.create(Class.UNIVERSAL, Type.INTEGER, false, forge.asn1.integerToDer(value).getBytes());
export const nothing = (): Asn1 => forge.asn1.create(Class.UNIVERSAL, Type.NULL, false, '');

/** node-forge keeps bytes as strings of one character each. */
export const toBinary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
export const fromBinary = (text: string): Buffer => Buffer.from(text, 'latin1');
