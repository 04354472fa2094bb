// The headers of a Windows program (Microsoft, "PE Format"), as far as its loader is strict about them and Wine's is not.

/** A section: where it lies in memory, relative to the start of the program, and how long it is there. */
export interface Section {
  readonly name: string;
  readonly address: number;
  readonly size: number;
}

export interface ProgramFile {
  readonly sections: readonly Section[];
  /** By their number: 2 resources, 4 signature, 5 relocations. */
  readonly directories: readonly { readonly address: number; readonly size: number }[];
  readonly imageSize: number;
  readonly alignment: number;
}

/** Of a program for 64 bits. */
export function readProgramFile(bytes: Buffer): ProgramFile {
  const coff = bytes.readUInt32LE(0x3c) + 4;
  const optional = coff + 20;
  const directories = Array.from({ length: 16 }, (_, index) => {
    const at = optional + 112 + 8 * index;
    return { address: bytes.readUInt32LE(at), size: bytes.readUInt32LE(at + 4) };
  });
  const table = optional + bytes.readUInt16LE(coff + 16);
  const sections = Array.from({ length: bytes.readUInt16LE(coff + 2) }, (_, index) => {
    const at = table + 40 * index;
    const name = bytes.toString('latin1', at, at + 8).replace(/\0+$/, '');
    return { name, size: bytes.readUInt32LE(at + 8), address: bytes.readUInt32LE(at + 12) };
  });
  return {
    sections,
    directories,
    imageSize: bytes.readUInt32LE(optional + 56),
    alignment: bytes.readUInt32LE(optional + 32),
  };
}
