// The few things of DER (ITU-T X.690) that reading a certificate takes.

/** One element: its tag byte, its first byte, and the range of its content. */
export interface DerElement {
  readonly tag: number;
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** The element at `at`, which must end at or before `limit`; undefined when it does not, or has a form DER forbids. */
export function derElement(bytes: Uint8Array, at: number, limit: number): DerElement | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  // Tags above 30 take more bytes; certificates have none.
  if (tag === undefined || first === undefined || at + 2 > limit || (tag & 0x1f) === 0x1f) return undefined;
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || start + count > limit) return undefined;
    length = 0;
    for (const end = start + count; start < end; start++) length = length * 256 + (bytes[start] ?? 0);
  }
  const end = start + length;
  return end <= limit ? { tag, from: at, start, end } : undefined;
}

/** The elements inside `parent`, which they must fill; undefined when they do not. */
export function derChildren(bytes: Uint8Array, parent: DerElement | undefined): readonly DerElement[] | undefined {
  if (parent === undefined) return undefined;
  const children: DerElement[] = [];
  for (let at = parent.start; at < parent.end; ) {
    const child = derElement(bytes, at, parent.end);
    if (child === undefined) return undefined;
    children.push(child);
    at = child.end;
  }
  return children;
}

/** The content of an element as lower-case hex. */
export const derHex = (bytes: Buffer, element: DerElement): string => bytes.toString('hex', element.start, element.end);

/** A string of any of the types that names are written in; undefined for other types. */
export function derString(bytes: Buffer, element: DerElement): string | undefined {
  const { tag, start, end } = element;
  switch (tag) {
    case 0x0c: // UTF8String
      return bytes.toString('utf8', start, end);
    case 0x12: // NumericString
    case 0x13: // PrintableString
    case 0x14: // TeletexString, in practice Latin-1
    case 0x16: // IA5String
    case 0x1a: // VisibleString
      return bytes.toString('latin1', start, end);
    case 0x1e: // BMPString, big endian
      return Buffer.from(bytes.subarray(start, end - ((end - start) % 2)))
        .swap16()
        .toString('utf16le');
    default:
      return undefined;
  }
}

/** A time as ISO 8601 in UTC: UTCTime or GeneralizedTime in the one form RFC 5280 allows, else undefined. */
export function derTime(bytes: Buffer, element: DerElement): string | undefined {
  const digits = bytes.toString('latin1', element.start, element.end);
  const utc = element.tag === 0x17;
  if (!(utc ? /^\d{12}Z$/ : /^\d{14}Z$/).test(digits) || (!utc && element.tag !== 0x18)) return undefined;
  // RFC 5280 4.1.2.5.1: two digits from 50 on are 19xx.
  const full = utc ? `${digits < '5' ? '20' : '19'}${digits}` : digits;
  const part = (from: number) => full.slice(from, from + 2);
  const iso = `${full.slice(0, 4)}-${part(4)}-${part(6)}T${part(8)}:${part(10)}:${part(12)}.000Z`;
  return Number.isNaN(Date.parse(iso)) ? undefined : iso;
}

/** An object identifier in dots, or '' when its bytes are none. */
export function derOid(content: Uint8Array): string {
  const parts: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) return '';
    if (byte < 0x80) {
      parts.push(value);
      value = 0;
    }
  }
  const first = parts[0];
  if (first === undefined) return '';
  const arc = Math.min(2, Math.floor(first / 40));
  return [arc, first - arc * 40, ...parts.slice(1)].join('.');
}
