// Our .exe as it is shipped but for the Node, which Wine must be able to start, and where its sections lie in the file; and
// the lab's programs as two.

import { bundled, bundledProgram } from '../../scripts/bundle.mjs';
import { ourExecutable } from '../../scripts/exe/our-executable.mjs';
import { WINE_NODE } from '../../scripts/exe/pins.mjs';
import { singleExecutable } from '../../scripts/exe/single-executable.mjs';
import { version } from '../../scripts/program-facts.mjs';
import { pageAligned } from './page-aligned.ts';

/** The .exe files that lie in the Windows under Wine. */
export interface Exes {
  readonly heal: Buffer;
  readonly certutil: Buffer;
  /** All other programs of the lab. */
  readonly lab: Buffer;
}

/** Builds ours twice: it must be the same to the byte. */
export async function buildExes(): Promise<Exes> {
  const heal = await ours();
  if (!heal.equals(await ours())) throw new Error('two builds of the .exe gave different bytes');
  const certutil = await labExe('test/wine/lab-programs/certutil.ts', 'lab-certutil');
  const lab = await labExe('test/wine/lab-programs/main.ts', 'lab-programs');
  return { heal: pageAligned(heal), certutil, lab: withoutConsole(lab) };
}

async function labExe(entry: string, name: string): Promise<Buffer> {
  const about = "Programs of the lab's Windows server";
  const { script } = await bundled(entry);
  return pageAligned(singleExecutable(script, { node: WINE_NODE, version, name, about }));
}

async function ours(): Promise<Buffer> {
  const { files } = await bundledProgram();
  return ourExecutable(new Map([...files, ['program.cjs', withWinesFolder(files.get('program.cjs'))]]), WINE_NODE);
}

/**
 * The same program with no console of its own (Microsoft, "PE Format": the subsystem): Wine starts a process for every
 * console, which takes as long as many of the programs. certutil keeps its console, since one test stops a repair by Ctrl-C
 * while it runs.
 */
function withoutConsole(exe: Buffer): Buffer {
  const subsystem = exe.readUInt32LE(0x3c) + 24 + 68;
  if (exe.readUInt16LE(subsystem) !== CONSOLE) throw new Error('it is no program with a console');
  exe.writeUInt16LE(WINDOWS, subsystem);
  return exe;
}

const WINDOWS = 2;
const CONSOLE = 3;

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
