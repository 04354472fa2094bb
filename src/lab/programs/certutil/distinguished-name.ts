// A name as certutil prints it: last part first, Windows' own abbreviations.

import { type Element, elements } from '../../certificates/der.ts';

const ATTRIBUTES: Readonly<Record<string, string>> = {
  '550403': 'CN',
  '550405': 'SERIALNUMBER',
  '550406': 'C',
  '550407': 'L',
  '550408': 'S',
  '550409': 'STREET',
  '55040a': 'O',
  '55040b': 'OU',
  '55040c': 'T',
  '2a864886f70d010901': 'E',
  '0992268993f22c640119': 'DC',
};

/** `CN=www.shop.example, O=Shop, C=DE` for a Name in DER. An attribute we do not know goes by the digits of its id. */
export function nameParts(name: Buffer): readonly string[] {
  const sets = elements(elements(name)[0]?.content ?? name);
  return [...sets].reverse().flatMap((set) => elements(set.content).map(attribute));
}

/** The common name, else the last part of the name. */
export function simpleName(name: Buffer): string {
  const parts = nameParts(name);
  return (parts.find((part) => part.startsWith('CN=')) ?? parts[0] ?? '').replace(/^[^=]*=/, '');
}

function attribute(pair: Element): string {
  const [id, value] = elements(pair.content);
  const digits = id?.content.toString('hex') ?? '';
  const text = value ? textOf(value) : '';
  return `${ATTRIBUTES[digits] ?? `OID.${digits}`}=${/[,+"=<>#;\r\n]|^ | $/.test(text) ? `"${text.replaceAll('"', '""')}"` : text}`;
}

function textOf({ tag, content }: Element): string {
  if (tag === 0x0c) return content.toString('utf8');
  if (tag !== 0x1e) return content.toString('latin1');
  return Buffer.from(content).swap16().toString('utf16le');
}
