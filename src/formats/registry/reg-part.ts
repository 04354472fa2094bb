// One key with all below it, out of what `reg export` has written of a key above.

const MARK = '\uFEFF';

/**
 * The bytes that `reg export` of that key alone would write. Undefined where they are not in it, or not in the form that reg
 * writes: then the key has to be asked for by itself. `key` begins with HKLM.
 */
export function regPart(bytes: Uint8Array, key: string): Uint8Array | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.subarray(0, 2).equals(utf16(MARK))) return undefined;
  const path = key.replace(/^HKLM\\/i, 'HKEY_LOCAL_MACHINE\\');
  const first = keyLine(file, 0);
  const start = lineOf(file, `${path}]`);
  if (first === undefined || start === undefined) return undefined;
  let end = keyLine(file, start);
  while (end !== undefined && startsWith(file, end, `[${path}\\`)) end = keyLine(file, end);
  return Buffer.concat([file.subarray(0, first), file.subarray(start, end)]);
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

/** Where the next line behind `from` begins that is a key's. */
const keyLine = (file: Buffer, from: number): number | undefined => lineOf(file, '', from);

/** Where the next line begins that is `[` and this. */
function lineOf(file: Buffer, text: string, from = 0): number | undefined {
  const wanted = utf16(`\n[${text}`);
  for (let at = file.indexOf(wanted, from); at >= 0; at = file.indexOf(wanted, at + 1)) if (at % 2 === 0) return at + 2;
  return undefined;
}

const startsWith = (file: Buffer, at: number, text: string): boolean => {
  const wanted = utf16(text);
  return file.subarray(at, at + wanted.length).equals(wanted);
};
