import { describe, expect, it } from 'vitest';
import { withoutSignature } from '../../scripts/exe/strip-signature.mjs';

const PE = 0x80;
const OPTIONAL = PE + 24;

/** The least of a Windows program that has a certificate table: `plus` for 64 bits. */
function program({ plus = true, at = 0x400, size = 16, length = 0x410 } = {}): Buffer {
  const bytes = Buffer.alloc(length, 0x90);
  bytes.writeUInt32LE(PE, 0x3c);
  bytes.writeUInt16LE(plus ? 0x20b : 0x10b, OPTIONAL);
  bytes.writeUInt32LE(0xc0ffee, OPTIONAL + 64);
  bytes.writeUInt32LE(at, entryOf(plus));
  bytes.writeUInt32LE(size, entryOf(plus) + 4);
  return bytes;
}

const entryOf = (plus: boolean) => OPTIONAL + (plus ? 112 : 96) + 32;

describe('withoutSignature', () => {
  it.each([true, false])('cuts the signature off and forgets where it was (64 bits: %s)', (plus) => {
    const signed = program({ plus });
    const stripped = withoutSignature(signed);
    expect(stripped.length).toBe(0x400);
    expect(stripped.readUInt32LE(entryOf(plus))).toBe(0);
    expect(stripped.readUInt32LE(entryOf(plus) + 4)).toBe(0);
    expect(stripped.readUInt32LE(OPTIONAL + 64)).toBe(0);
    expect(signed.readUInt32LE(entryOf(plus))).toBe(0x400);
  });

  it('leaves an unsigned program as it is', () => {
    const unsigned = program({ at: 0, size: 0 });
    expect(withoutSignature(unsigned).equals(unsigned)).toBe(true);
  });

  it('refuses a signature that is not the end of the file', () => {
    expect(() => withoutSignature(program({ length: 0x500 }))).toThrow('not the end of the file');
  });
});
