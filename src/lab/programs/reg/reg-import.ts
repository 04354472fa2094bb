// Reading a registry file into the registry, as reg import does.

import type { Registry, RegistryValue } from '../../registry/registry.ts';
import { stringData } from './reg-values.ts';

/**
 * Sets what the file says: keys and values, `[-key]` and `"name"=-` deletions. Unknown lines are passed over, as the real
 * program does. False: not a registry file.
 */
export function importRegistryFile(registry: Registry, text: string): boolean {
  const [header = '', ...lines] = logicalLines(text);
  const version = header.trim();
  if (version !== 'REGEDIT4' && version !== 'Windows Registry Editor Version 5.00') return false;
  let key: string | undefined;
  for (const line of lines) {
    const section = /^\s*\[(-?)(.+)\]\s*$/.exec(line);
    if (section) key = openSection(registry, section[1] === '-', section[2] ?? '');
    else if (key) importValue(registry, key, line, version === 'REGEDIT4');
  }
  return true;
}

function openSection(registry: Registry, deletion: boolean, key: string): string | undefined {
  if (!/^HKEY_(LOCAL_MACHINE|USERS)(\\|$)/i.test(key)) return undefined;
  if (deletion) registry.deleteKey(key);
  else registry.makeKey(key);
  return deletion ? undefined : key;
}

/** Lines with hex continuations joined; a quoted string may itself hold line breaks. */
function logicalLines(text: string): readonly string[] {
  const joined = text.replace(/,\\\r?\n[ \t]*/g, ',');
  return joined.match(/(?:"(?:[^"\\]|\\[\s\S])*"|[^"\r\n])+/g) ?? [];
}

function importValue(registry: Registry, key: string, line: string, ansi: boolean): void {
  const match = /^\s*(?:@|"((?:[^"\\]|\\[\s\S])*)")\s*=\s*([\s\S]*?)\s*$/.exec(line);
  if (!match) return;
  const name = unescaped(match[1] ?? '');
  const written = match[2] ?? '';
  const value = parseData(written, ansi);
  if (written === '-') registry.deleteValue(key, name);
  else if (value) registry.setValue(key, name, value);
}

const unescaped = (text: string): string => text.replace(/\\([\\"])/g, '$1');

const HEX_TYPES: Readonly<Record<string, RegistryValue['type']>> = {
  '1': 'REG_SZ',
  '2': 'REG_EXPAND_SZ',
  '3': 'REG_BINARY',
  '4': 'REG_DWORD',
  '7': 'REG_MULTI_SZ',
  b: 'REG_QWORD',
};

function parseData(written: string, ansi: boolean): RegistryValue | undefined {
  const string = /^"((?:[^"\\]|\\[\s\S])*)"$/.exec(written);
  if (string) return { type: 'REG_SZ', data: stringData(unescaped(string[1] ?? '')) };
  const dword = /^dword:([0-9a-f]{1,8})$/i.exec(written);
  if (dword) {
    const data = Buffer.alloc(4);
    data.writeUInt32LE(Number.parseInt(dword[1] ?? '0', 16));
    return { type: 'REG_DWORD', data };
  }
  const hex = /^hex(?:\(([0-9a-f]+)\))?:((?:\s*[0-9a-f]{1,2}\s*,?)*)$/i.exec(written);
  const type = HEX_TYPES[(hex?.[1] ?? '3').toLowerCase()];
  if (!hex || !type) return undefined;
  const bytes = (hex[2] ?? '').split(',').filter((part) => part.trim() !== '');
  const data = Buffer.from(bytes.map((part) => Number.parseInt(part, 16)));
  // A REGEDIT4 file holds its strings in the ANSI code page, those written as hex too.
  const wide = ansi && /^REG_(EXPAND|MULTI)_SZ$|^REG_SZ$/.test(type);
  return { type, data: wide ? Buffer.from(data.toString('latin1'), 'utf16le') : data };
}
