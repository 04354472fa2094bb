// Text in UTF-16, whichever byte of a character comes first, with a byte order mark or without.

/** How a text was read that is in neither of the encodings that Windows' programs and ours write; undefined for those. */
export function strangeEncoding(bytes: Uint8Array): string | undefined {
  const order = orderOf(bytes);
  if (order !== undefined) return hasMark(bytes, 'little') ? undefined : `UTF-16, ${order} byte first`;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return undefined;
  } catch {
    return 'text of a code page that nobody names';
  }
}

/** UTF-16 of either order as Windows writes it: the little byte first, with its mark. Anything else as it is. */
export function littleEndian(bytes: Uint8Array): Uint8Array {
  const order = orderOf(bytes);
  if (order === undefined || hasMark(bytes, 'little')) return bytes;
  // A byte that is left over stays: it says that the file was cut off.
  const text = Buffer.from(hasMark(bytes, 'big') ? bytes.subarray(2) : bytes);
  const whole = text.subarray(0, text.length & ~1);
  if (order === 'big') whole.swap16();
  return Buffer.concat([MARKS.little, text]);
}

const MARKS = { little: Buffer.from([0xff, 0xfe]), big: Buffer.from([0xfe, 0xff]) } as const;

const hasMark = (bytes: Uint8Array, order: keyof typeof MARKS): boolean =>
  bytes[0] === MARKS[order][0] && bytes[1] === MARKS[order][1];

/** Without a mark by its first two characters, which are ASCII in every file of Windows' programs. */
function orderOf(bytes: Uint8Array): keyof typeof MARKS | undefined {
  if (hasMark(bytes, 'little')) return 'little';
  if (hasMark(bytes, 'big')) return 'big';
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if (bytes.length < 4) return undefined;
  if (isAscii(a) && b === 0 && isAscii(c) && d === 0) return 'little';
  return a === 0 && isAscii(b) && c === 0 && isAscii(d) ? 'big' : undefined;
}

const isAscii = (byte: number): boolean => byte >= 0x09 && byte < 0x7f;
