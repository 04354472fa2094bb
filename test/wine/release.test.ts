// The release itself, with its own Node, as far as this Wine can start that.

import { describe, expect, inject, it } from 'vitest';
import { bundled } from '../../scripts/exe/bundle.mjs';
import { RELEASE_NODE } from '../../scripts/exe/pins.mjs';
import { singleExecutable } from '../../scripts/exe/single-executable.mjs';
import { version } from '../../scripts/program-facts.mjs';
import { labOnFreePort } from './lay-out.ts';
import { runIn } from './prefix.ts';
import { drive, withServer } from './server.ts';

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

describe('the .exe of a release', () => {
  it(`says that it runs on Node ${RELEASE_NODE}, and checks a server`, async () => {
    const { script } = await bundled('src/main.ts');
    const about = 'Finds and mends dead HTTPS on IIS';
    const exe = singleExecutable(script, { node: RELEASE_NODE, version, name: 'iis-ssl-heal', about });
    await withServer(await labOnFreePort(), async () => {
      drive().write('C:\\release.exe', startableByWine(exe));
      const said = await runIn(inject('prefix'), 'C:\\release.exe', ['--version']);
      expect(said.out).toMatch(new RegExp(`^iis-ssl-heal ${version} \\(.+\\), Node ${RELEASE_NODE}\\s*$`));
      const check = await runIn(inject('prefix'), 'C:\\release.exe', ['check']);
      expect(check).toMatchObject({ code: 0, out: expect.stringContaining('HTTPS is healthy') });
    });
  });
});
