// Our .exe as it is shipped but for the Node, which Wine must be able to start, and where its sections lie in the file; and
// the lab's programs as one .exe.

import { bundled, bundledProgram } from '../../scripts/bundle.mjs';
import { ourExecutable } from '../../scripts/exe/our-executable.mjs';
import { WINE_NODE } from '../../scripts/exe/pins.mjs';
import { singleExecutable } from '../../scripts/exe/single-executable.mjs';
import { version } from '../../scripts/program-facts.mjs';
import { pageAligned } from './page-aligned.ts';

/** Builds ours twice: it must be the same to the byte. */
export async function buildExes(): Promise<{ readonly heal: Buffer; readonly lab: Buffer }> {
  const heal = await ours();
  if (!heal.equals(await ours())) throw new Error('two builds of the .exe gave different bytes');
  const { script } = await bundled('test/wine/lab-programs/main.ts');
  const about = "Programs of the lab's Windows server";
  const lab = await singleExecutable(script, { node: WINE_NODE, version, name: 'lab-programs', about });
  return { heal: pageAligned(heal), lab: pageAligned(lab) };
}

async function ours(): Promise<Buffer> {
  const { files } = await bundledProgram();
  return ourExecutable(new Map([...files, ['program.cjs', withWinesFolder(files.get('program.cjs'))]]), WINE_NODE);
}

/**
 * Wine has no kernel's link to the Windows folder, and the report of the process that is asked instead costs seconds at each
 * start. Here the folder itself stands in the place of the link; the release's own .exe keeps both (release.test.ts).
 */
function withWinesFolder(script: Uint8Array = new Uint8Array()): Uint8Array {
  const text = Buffer.from(script).toString('utf8');
  const link = JSON.stringify('\\\\?\\GLOBALROOT\\SystemRoot').slice(1, -1);
  if (text.split(link).length !== 2) throw new Error('the link to the Windows folder is not in the bundle once');
  return Buffer.from(text.replace(link, () => JSON.stringify('C:\\windows').slice(1, -1)));
}
