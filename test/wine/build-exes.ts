// Our .exe as it is shipped but for the Node, which Wine must be able to start, and the lab's programs as one .exe.

import { bundled } from '../../scripts/exe/bundle.mjs';
import { WINE_NODE } from '../../scripts/exe/pins.mjs';
import { singleExecutable } from '../../scripts/exe/single-executable.mjs';
import { version } from '../../scripts/program-facts.mjs';

/** Builds ours twice: it must be the same to the byte. */
export async function buildExes(): Promise<{ readonly heal: Buffer; readonly lab: Buffer }> {
  const heal = await ours();
  if (!heal.equals(await ours())) throw new Error('two builds of the .exe gave different bytes');
  const { script } = await bundled('test/wine/lab-programs/main.ts');
  const about = "Programs of the lab's Windows server";
  const lab = await singleExecutable(script, { node: WINE_NODE, version, name: 'lab-programs', about });
  return { heal, lab };
}

async function ours(): Promise<Buffer> {
  const { script } = await bundled('src/main.ts');
  const about = 'Finds and mends dead HTTPS on IIS';
  return singleExecutable(script, { node: WINE_NODE, version, name: 'iis-ssl-heal', about });
}
