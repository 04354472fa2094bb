// Takes the Authenticode signature off a Windows program. What we put into node.exe would leave it behind, broken.

/** Offsets of the PE format (Microsoft, "PE Format"). */
const PE_POINTER = 0x3c;
const COFF_HEADER = 24;
const PE32_PLUS = 0x20b;
const CHECKSUM = 64;
const DATA_DIRECTORIES = { pe32: 96, plus: 112 };
const CERTIFICATE_TABLE = 4;

/**
 * The program without its signature, which is the end of the file; as it was where it has none. Throws for a signature
 * that lies elsewhere: its bytes could not be cut off.
 * @param {Uint8Array} program
 */
export function withoutSignature(program) {
  const bytes = Buffer.from(program);
  const optional = bytes.readUInt32LE(PE_POINTER) + COFF_HEADER;
  const plus = bytes.readUInt16LE(optional) === PE32_PLUS;
  const entry = optional + (plus ? DATA_DIRECTORIES.plus : DATA_DIRECTORIES.pe32) + 8 * CERTIFICATE_TABLE;
  const at = bytes.readUInt32LE(entry);
  const size = bytes.readUInt32LE(entry + 4);
  if (at === 0) return bytes;
  if (at + size !== bytes.length) throw new Error('the signature is not the end of the file');
  bytes.writeUInt32LE(0, entry);
  bytes.writeUInt32LE(0, entry + 4);
  bytes.writeUInt32LE(0, optional + CHECKSUM);
  return bytes.subarray(0, at);
}
