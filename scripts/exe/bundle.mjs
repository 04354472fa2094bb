// The program as one CommonJS file, which is what a single executable application starts.
import { build } from 'esbuild';
import { bundleOptions } from '../bundle-options.mjs';
import { packagesOf } from '../licences.mjs';

/**
 * Bundles `entry` (a path in the project) with all it imports, and says which packages those came from, as folders below
 * the project. CommonJS has no top-level await: esbuild refuses one.
 * @param {string} entry
 */
export async function bundled(entry) {
  const { outputFiles, metafile } = await build({
    ...bundleOptions(),
    entryPoints: [entry],
    write: false,
    outfile: 'bundle.cjs',
    format: 'cjs',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return { script: file.contents, packages: packagesOf(metafile) };
}
