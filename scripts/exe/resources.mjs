// What Windows calls the resources of a program: its version and owner, in place of those of node.exe, and the blob that
// makes node.exe an application of its own.
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';

const ENGLISH = { lang: 1033, codepage: 1200 };
const RT_RCDATA = 10;

/** Where node.exe looks for the blob (Node's documentation, "Single executable applications"). */
const BLOB = 'NODE_SEA_BLOB';

/**
 * The program with these resources. `version` is `1.2.3`.
 * @param {Uint8Array} program
 * @param {{ version: string, node: string, name: string, about: string }} facts
 * @param {Uint8Array} blob
 */
export function withResources(program, facts, blob) {
  const executable = NtExecutable.from(program);
  const resources = NtExecutableResource.from(executable);
  setVersion(resources.entries, facts);
  resources.entries.push({ type: RT_RCDATA, id: BLOB, lang: 0, codepage: 0, bin: Uint8Array.from(blob).buffer });
  resources.outputResource(executable);
  return Buffer.from(executable.generate());
}

/**
 * @param {import('resedit').NtExecutableResource['entries']} entries
 * @param {{ version: string, node: string, name: string, about: string }} facts
 */
function setVersion(entries, { version, node, name, about }) {
  const [info] = Resource.VersionInfo.fromEntries(entries);
  if (info === undefined) throw new Error('node.exe has no version resource');
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  for (const language of info.getAllLanguagesForStringValues()) info.removeAllStringValues(language);
  info.setFileVersion(major, minor, patch, 0, ENGLISH.lang);
  info.setProductVersion(major, minor, patch, 0, ENGLISH.lang);
  info.setStringValues(ENGLISH, {
    ProductName: name,
    FileDescription: about,
    FileVersion: version,
    ProductVersion: version,
    InternalName: name,
    OriginalFilename: `${name}.exe`,
    LegalCopyright: 'MIT License',
    Comments: `runs on Node.js ${node}`,
  });
  info.outputToResourceEntries(entries);
}
