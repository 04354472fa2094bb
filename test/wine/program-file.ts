// The headers of a Windows program (Microsoft, "PE Format"), as far as its loader is strict about them and Wine's is not.

/** A section: where it lies in memory, relative to the start of the program, and how long it is there. */
export interface Section {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  /** Where it lies in the file. */
  readonly offset: number;
}

export interface ProgramFile {
  readonly sections: readonly Section[];
  /** By their number: 1 imports, 2 resources, 4 signature, 5 relocations, 13 imports on first use. */
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
    return {
      name,
      size: bytes.readUInt32LE(at + 8),
      address: bytes.readUInt32LE(at + 12),
      offset: bytes.readUInt32LE(at + 20),
    };
  });
  return {
    sections,
    directories,
    imageSize: bytes.readUInt32LE(optional + 56),
    alignment: bytes.readUInt32LE(optional + 32),
  };
}

/** How a table of imports is laid out: bytes of an entry, and where in it the name of the library and its list of names are. */
const IMPORTS = { directory: 1, entry: 20, library: 12, names: 0 };
const IMPORTS_ON_FIRST_USE = { directory: 13, entry: 32, library: 4, names: 16 };

/** Functions that the loader, or the first call, must find in other libraries: `kernel32.dll!CreateFileW`. Those by number are left out. */
export function importsOf(bytes: Buffer): readonly string[] {
  return [IMPORTS, IMPORTS_ON_FIRST_USE].flatMap((layout) => importsIn(bytes, layout));
}

function importsIn(bytes: Buffer, { directory, entry, library, names }: typeof IMPORTS): readonly string[] {
  const { sections, directories } = readProgramFile(bytes);
  const offsetOf = (address: number): number => {
    const section = sections.find((each) => address >= each.address && address < each.address + each.size);
    if (section === undefined) throw new Error(`no section has the address ${address}`);
    return address - section.address + section.offset;
  };
  const textAt = (offset: number) => bytes.toString('latin1', offset, bytes.indexOf(0, offset));
  const found: string[] = [];
  const start = directories[directory]?.address ?? 0;
  if (start === 0) return found;
  for (let at = offsetOf(start); bytes.readUInt32LE(at + library) !== 0; at += entry) {
    const from = textAt(offsetOf(bytes.readUInt32LE(at + library))).toLowerCase();
    for (let slot = offsetOf(bytes.readUInt32LE(at + names)); ; slot += 8) {
      const value = bytes.readBigUInt64LE(slot);
      if (value === 0n) break;
      // The highest bit says: by its number. Else two bytes of hint come before the name.
      if (value >> 63n === 0n) found.push(`${from}!${textAt(offsetOf(Number(value)) + 2)}`);
    }
  }
  return found;
}
