// Output of Windows programs: mostly in an OEM code page that nobody names.

/**
 * The text of redirected output. UTF-16 (little endian) and UTF-8 are read as such. Anything else is some OEM code page, where only
 * ASCII can be trusted: every other byte becomes a question mark, and a parser must not build on it.
 */
export function consoleText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return Buffer.from(bytes.subarray(2, bytes.length & ~1)).toString('utf16le');
  }
  // Without a byte order mark, as `cmd /u` writes it: no other text has a NUL behind an ASCII letter.
  if (bytes[0] !== 0 && bytes[1] === 0) return Buffer.from(bytes.subarray(0, bytes.length & ~1)).toString('utf16le');
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer);
  } catch {
    return buffer.toString('latin1').replace(/[^\0-\x7f]/g, '?');
  }
}
