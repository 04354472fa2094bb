// The release itself, with its own Node, as far as this Wine can start that.

import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundledProgram } from '../../scripts/bundle.mjs';
import { ourExecutable } from '../../scripts/exe/our-executable.mjs';
import { RELEASE_NODE } from '../../scripts/exe/pins.mjs';
import { version } from '../../scripts/program-facts.mjs';
import { labOnFreePort } from './lay-out.ts';
import { pageAligned } from './page-aligned.ts';
import { runIn } from './prefix.ts';
import { importsOf, readProgramFile } from './program-file.ts';
import { drive, thisWindows, withServer } from './server.ts';

/**
 * V8 of Node 24 asks for this function by name and dies on Wine 8's; under a name that nobody has it takes the older one.
 * Only the copy that is started here is changed, and nothing else in it.
 */
function startableByWine(exe: Buffer): Buffer {
  const at = exe.indexOf('VirtualAlloc2\0');
  if (at < 0) throw new Error('node.exe does not name VirtualAlloc2: it may start as it is now');
  const copy = Buffer.from(exe);
  copy.write('X', at + 'Virtual'.length, 'latin1');
  return copy;
}

let exe: Buffer;
beforeAll(async () => {
  exe = await ourExecutable((await bundledProgram()).files, RELEASE_NODE);
});

describe('the .exe of a release', () => {
  it('is a whole program: sections one after the other, directories where their sections are, no signature', () => {
    const { sections, directories, imageSize, alignment } = readProgramFile(exe);
    const upTo = (end: number) => Math.ceil(end / alignment) * alignment;
    const ends = sections.map(({ address, size }) => upTo(address + size));
    expect(sections.slice(1).map(({ address }) => address)).toEqual(ends.slice(0, -1));
    expect(ends.at(-1)).toBe(imageSize);
    const at = (name: string) => sections.find((section) => section.name === name)?.address;
    expect(directories[2]?.address).toBe(at('.rsrc'));
    expect(directories[5]?.address).toBe(at('.reloc'));
    expect(directories[4]).toEqual({ address: 0, size: 0 });
  });

  // Node 24.1.0 and some of 23 had it, and ended before their first line on Server 2016 (nodejs/node 57492, 58584).
  it('asks Windows for no function that Server 2016 does not have: the description of a thread', () => {
    const imports = importsOf(exe);
    expect(imports).toEqual(expect.arrayContaining(['kernel32.dll!CreateFileW', 'kernel32.dll!GetProcAddress']));
    expect(imports.filter((name) => /!(Get|Set)ThreadDescription$/.test(name))).toEqual([]);
  });

  it('shows its own name and version, and none of those of Node', () => {
    const { entries } = NtExecutableResource.from(NtExecutable.from(exe));
    const [info, ...others] = Resource.VersionInfo.fromEntries(entries);
    expect(others).toEqual([]);
    const languages = info!.getAllLanguagesForStringValues();
    expect(languages).toEqual([{ lang: 1033, codepage: 1200 }]);
    const shown = info!.getStringValues(languages[0]!);
    expect(shown).toMatchObject({ ProductName: 'iis-ssl-heal', ProductVersion: version });
    expect(Object.keys(shown)).not.toContain('CompanyName');
  });

  it(`says that it runs on Node ${RELEASE_NODE}, and checks a server`, async () => {
    await withServer(await labOnFreePort(), async () => {
      drive().write('C:\\release.exe', pageAligned(startableByWine(exe)));
      const said = await runIn(thisWindows(), 'C:\\release.exe', ['--version']);
      expect(said.out).toMatch(new RegExp(`^iis-ssl-heal ${version} \\(.+\\), Node ${RELEASE_NODE}\\s*$`));
      const check = await runIn(thisWindows(), 'C:\\release.exe', ['check']);
      expect(check).toMatchObject({ code: 0, out: expect.stringContaining('Healthy: ') });
    });
  });
});
