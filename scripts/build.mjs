// Bundles src/main.ts and all its dependencies into dist/, so that the published package has none.
import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { processImport } from './process-import.mjs';
import { definitions, root } from './program-facts.mjs';

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // A package's ES module, where it has one: jsonc-parser's other build finds its own parts by a require() of its own.
  mainFields: ['module', 'main'],
  // One chunk per lazy import: `--version` must not pay for parsing node-forge.
  splitting: true,
  // Minified, a start took as long (87 ms against 87, everything loaded 141 against 139), and stack traces were lost.
  minify: false,
  define: definitions(),
  plugins: [processImport],
  // Some dependencies are CommonJS and call require(), which an ES module does not have.
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
  metafile: true,
  logLevel: 'warning',
});

// Chunks of an earlier build; removed afterwards, so that there is never a moment without a program.
const written = new Set(Object.keys(metafile.outputs).map((file) => basename(file)));
for (const file of readdirSync(join(root, 'dist'))) {
  if (!written.has(file)) rmSync(join(root, 'dist', file), { recursive: true });
}
