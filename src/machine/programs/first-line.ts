// The first line of a text file that somebody's editor, or `>` of PowerShell, wrote.

/** The line without its end. It may be empty: a PFX can have an empty password. */
export type FirstLine =
  | { readonly result: 'ok'; readonly secret: string }
  | { readonly result: 'failed'; readonly detail: string };

/** Reads UTF-8, and with a byte order mark UTF-16 (Windows PowerShell's `>`); another code page is refused, not guessed. */
export function firstLine(bytes: Uint8Array): FirstLine {
  const text = decode(bytes);
  if (text === undefined) return { result: 'failed', detail: 'it is neither UTF-8 nor UTF-16 text' };
  const [secret = ''] = text.split(/\r\n|\n|\r/, 1);
  return { result: 'ok', secret };
}

function decode(bytes: Uint8Array): string | undefined {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    // The decoder drops the byte order mark.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
