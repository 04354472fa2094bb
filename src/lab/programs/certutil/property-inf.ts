// The INF of -repairstore: the properties that an entry shall have, as the documentation of certutil writes them.

import type { StoreEntry } from '../../certificates/store.ts';
import { PROPERTY, withProperty } from '../../certificates/store-entry.ts';
import { decodeText } from '../../disk/text-file.ts';
import { encodeKeyProvInfo, type KeyProvInfo } from '../../keys/key-prov-info.ts';

/** The entry with those properties; undefined where the INF says none, or one that the lab does not know. */
export function withInf(entry: StoreEntry, bytes: Buffer): StoreEntry | undefined {
  const section = /^\[Properties\]\s*$([\s\S]*?)(?=^\[|(?![\s\S]))/m.exec(decodeText(bytes))?.[1] ?? '';
  const properties = [
    ...section.matchAll(/^[ \t]*(\d+)[ \t]*=[ \t]*(.*?)[ \t]*$((?:\s*^[ \t]*_continue_[ \t]*=.*$)*)/gm),
  ];
  let changed: StoreEntry | undefined;
  for (const [, id = '', first = '', more = ''] of properties) {
    const value = `${quotedText(first)}${[...more.matchAll(/=[ \t]*(".*")/g)].map(([, text = '']) => quotedText(text)).join('')}`;
    const set = propertyOf(Number(id), value);
    if (!set) return undefined;
    changed = withProperty(changed ?? entry, Number(id), set === 'none' ? undefined : set);
  }
  return changed;
}

const quotedText = (text: string): string => /^"(.*)"/.exec(text)?.[1] ?? '';

/** `{text}` with the parts of a key link, or a friendly name; `{hex}` with bytes; nothing takes the property away. */
function propertyOf(id: number, value: string): Buffer | 'none' | undefined {
  if (value === '') return 'none';
  const hex = /^\{hex\}((?:[ \t]*[0-9a-f]{2})*)[ \t]*$/i.exec(value)?.[1];
  if (hex !== undefined) return Buffer.from(hex.replace(/\s/g, ''), 'hex');
  const text = /^\{text\}(.*)$/.exec(value)?.[1];
  if (text === undefined) return undefined;
  if (id === PROPERTY.friendlyName) return Buffer.from(`${text}\0`, 'utf16le');
  return id === PROPERTY.keyProvInfo ? keyLink(text) : undefined;
}

function keyLink(text: string): Buffer | undefined {
  const parts = new Map(text.split('&').map((part) => part.split('=') as [string, string | undefined]));
  const [container, provider] = [parts.get('Container'), parts.get('Provider')];
  const [type, flags, keySpec] = ['ProviderType', 'Flags', 'KeySpec'].map((name) => Number(parts.get(name)));
  if (!container || !provider || type === undefined || flags === undefined || keySpec === undefined) return undefined;
  if ([type, flags, keySpec].some((number) => !Number.isSafeInteger(number))) return undefined;
  return encodeKeyProvInfo({ container, provider, type, flags, keySpec } satisfies KeyProvInfo);
}
