// What Windows shows of a program: its name, version and owner, in place of those of node.exe.
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';

const ENGLISH = { lang: 1033, codepage: 1200 };

/**
 * The program with the version resource of ours and without the icon of Node. `version` is `1.2.3`.
 * @param {Uint8Array} program
 * @param {{ version: string, node: string, name: string, about: string }} facts
 */
export function withVersionResource(program, { version, node, name, about }) {
  const executable = NtExecutable.from(program);
  const resources = NtExecutableResource.from(executable);
  const [info] = Resource.VersionInfo.fromEntries(resources.entries);
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
  info.outputToResourceEntries(resources.entries);
  resources.outputResource(executable);
  return Buffer.from(executable.generate());
}
