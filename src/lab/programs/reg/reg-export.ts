// The text of a registry file, "Windows Registry Editor Version 5.00", as reg export writes it.

import type { RegistryValue } from '../../registry/registry.ts';
import { ofRegistry } from '../../remembered.ts';
import { keysBelow } from './reg-query.ts';

/** Lines of hex end once they have reached this column; then comes the backslash. */
const HEX_COLUMNS = 77;

/** The file's text with CRLF: the key and all below it, each followed by an empty line. */
export const registryFileText = ofRegistry((registry, key): string => {
  const blocks = keysBelow(registry, key).map((each) => {
    const values = [...(registry.values(each) ?? [])].map(([name, value]) => valueText(name, value));
    return [`[${each}]`, ...values, ''];
  });
  return ['Windows Registry Editor Version 5.00', '', ...blocks.flat()].map((line) => `${line}\r\n`).join('');
});

const escaped = (text: string): string => text.replace(/[\\"]/g, '\\$&');

function valueText(name: string, value: RegistryValue): string {
  const label = name === '' ? '@=' : `"${escaped(name)}"=`;
  const text = plainString(value);
  if (text !== undefined) return `${label}"${escaped(text)}"`;
  if (value.type === 'REG_DWORD' && value.data.length === 4) {
    return `${label}dword:${value.data.readUInt32LE().toString(16).padStart(8, '0')}`;
  }
  return folded(`${label}${HEX_PREFIX[value.type]}`, value.data);
}

/** The string of a REG_SZ that ends in its NUL and holds no other: anything else is written as bytes. */
function plainString({ type, data }: RegistryValue): string | undefined {
  if (type !== 'REG_SZ' || data.length % 2 === 1) return undefined;
  const text = data.toString('utf16le');
  return text.indexOf('\0') === text.length - 1 && text !== '' ? text.slice(0, -1) : undefined;
}

const HEX_PREFIX: Readonly<Record<RegistryValue['type'], string>> = {
  REG_SZ: 'hex(1):',
  REG_EXPAND_SZ: 'hex(2):',
  REG_BINARY: 'hex:',
  REG_DWORD: 'hex(4):',
  REG_MULTI_SZ: 'hex(7):',
  REG_QWORD: 'hex(b):',
};

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function folded(start: string, data: Buffer): string {
  let text = start;
  let column = start.length;
  for (const [index, byte] of data.entries()) {
    text += HEX[byte];
    if (index === data.length - 1) break;
    text += ',';
    column += 3;
    if (column >= HEX_COLUMNS) {
      text += '\\\r\n  ';
      column = 2;
    }
  }
  return text;
}
