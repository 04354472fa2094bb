// The program as an .exe: its first lines, and its files as assets that these load when they are asked for.
import { bundled } from '../bundle.mjs';
import { version } from '../program-facts.mjs';
import { singleExecutable } from './single-executable.mjs';

/** Its name, as Windows shows it. */
export const NAME = 'iis-ssl-heal';

/** What it is for, in a line. */
export const ABOUT = 'Finds and mends dead HTTPS on IIS';

/**
 * The bytes of the .exe.
 * @param {ReadonlyMap<string, Uint8Array>} files of the program, by name
 * @param {string} node the version of Node in it
 */
export async function ourExecutable(files, node) {
  const { script } = await bundled('scripts/exe/start.mjs');
  return singleExecutable(script, { node, version, name: NAME, about: ABOUT }, files);
}
