// Registry values between bytes, the words of a command line, and the text that reg query prints.

import type { RegistryValue } from '../../registry/registry.ts';

type ValueType = RegistryValue['type'];

const TYPES: readonly ValueType[] = ['REG_SZ', 'REG_EXPAND_SZ', 'REG_BINARY', 'REG_DWORD', 'REG_QWORD', 'REG_MULTI_SZ'];

/** True for the types that the lab's registry holds. */
export const isValueType = (name: string): name is ValueType => TYPES.some((type) => type === name);

/** A string as the registry stores it: UTF-16LE with its NUL. */
export const stringData = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf16le');

/** The value after `/d`; undefined where it does not fit the type. `\0` separates the strings of a REG_MULTI_SZ. */
export function dataFromArgument(type: ValueType, text: string): Buffer | undefined {
  if (type === 'REG_SZ' || type === 'REG_EXPAND_SZ') return stringData(text);
  if (type === 'REG_MULTI_SZ') return stringData(text === '' ? '' : `${text.replaceAll('\\0', '\0')}\0`);
  if (type === 'REG_BINARY') return /^([0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) return undefined;
  const size = type === 'REG_DWORD' ? 4 : 8;
  const number = BigInt(text);
  if (number >= 1n << BigInt(size * 8)) return undefined;
  const data = Buffer.alloc(8);
  data.writeBigUInt64LE(number);
  return data.subarray(0, size);
}

/** The data column of reg query. Characters outside the console's code page come out as `?`, as in the real program. */
export function printedData({ type, data }: RegistryValue): string {
  if (type === 'REG_BINARY') return data.toString('hex').toUpperCase();
  if (type === 'REG_DWORD' && data.length === 4) return `0x${data.readUInt32LE().toString(16)}`;
  if (type === 'REG_QWORD' && data.length === 8) return `0x${data.readBigUInt64LE().toString(16)}`;
  const text = data.toString('utf16le').replace(/\0+$/, '');
  return onConsole(type === 'REG_MULTI_SZ' ? text.replaceAll('\0', '\\0') : text);
}

/** Text as it survives the way to a console with a one-byte code page. */
export const onConsole = (text: string): string => text.replace(/[^\0-\xff]/g, '?');
