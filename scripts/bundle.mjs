// The program as one CommonJS file: what a single executable application starts, and the npm package.
import { build } from 'esbuild';
import { packagesOf } from './licences.mjs';
import { processImport } from './process-import.mjs';
import { definitions, root } from './program-facts.mjs';

/**
 * Bundles `entry` (a path in the project) with all it imports, and says which packages those came from, as folders below
 * the project. What is imported lazily is in the file, and evaluated when it is asked for. CommonJS has no top-level await:
 * esbuild refuses one.
 * @param {string} entry
 */
export async function bundled(entry) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    outfile: 'bundle.cjs',
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // Minified, a start took as long, and stack traces were lost.
    minify: false,
    // A package's ES module, where it has one: jsonc-parser's other build finds its own parts by a require() of its own.
    mainFields: ['module', 'main'],
    define: definitions(),
    plugins: [processImport],
    metafile: true,
    logLevel: 'warning',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return { script: file.contents, packages: packagesOf(metafile) };
}
