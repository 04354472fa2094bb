// Registry values to and from what they mean.

import type { Registry, RegistryValue } from './registry.ts';

/** REG_SZ, or REG_EXPAND_SZ where the text holds %VARIABLES%. */
export function textValue(text: string, type: 'REG_SZ' | 'REG_EXPAND_SZ' = 'REG_SZ'): RegistryValue {
  return { type, data: Buffer.from(`${text}\0`, 'utf16le') };
}

/** REG_DWORD. */
export function numberValue(number: number): RegistryValue {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(number >>> 0);
  return { type: 'REG_DWORD', data };
}

/** REG_BINARY. */
export function binaryValue(bytes: Uint8Array): RegistryValue {
  return { type: 'REG_BINARY', data: Buffer.from(bytes) };
}

/** The value of that name, whatever its case; undefined when the key or the value is not there. */
export function findValue(registry: Registry, key: string, name: string): RegistryValue | undefined {
  const values = registry.values(key) ?? new Map<string, RegistryValue>();
  return values.get(name) ?? [...values].find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];
}

/** The text of a REG_SZ or REG_EXPAND_SZ value, up to its NUL. */
export function textOf(value: RegistryValue): string {
  return value.data.toString('utf16le').replace(/\0[\s\S]*$/, '');
}

/** The number of a REG_DWORD value. */
export function numberOf(value: RegistryValue): number {
  return value.data.readUInt32LE();
}
