// What every bundle of the program has in common: the npm package's many files, and the one of the .exe.
import { processImport } from './process-import.mjs';
import { definitions, root } from './program-facts.mjs';

/** Options of esbuild. */
export const bundleOptions = () => ({
  absWorkingDir: root,
  bundle: true,
  /** @type {'node'} */
  platform: 'node',
  target: 'node20',
  // A package's ES module, where it has one: jsonc-parser's other build finds its own parts by a require() of its own.
  mainFields: ['module', 'main'],
  define: definitions(),
  plugins: [processImport],
  metafile: /** @type {const} */ (true),
  /** @type {'warning'} */
  logLevel: 'warning',
});
