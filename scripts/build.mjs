// Bundles src/main.ts and all its dependencies into dist/, so that the published package has none.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.mjs';
import { licencesOf, packagesOf } from './licences.mjs';
import { root } from './program-facts.mjs';

const { metafile } = await build({
  ...bundleOptions(),
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  format: 'esm',
  // One chunk per lazy import: `--version` must not pay for parsing node-forge.
  splitting: true,
  // Minified, a start took as long (87 ms against 87, everything loaded 141 against 139), and stack traces were lost.
  minify: false,
  // Some dependencies are CommonJS and call require(), which an ES module does not have.
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
});

const licences = 'third-party-licences.txt';
writeFileSync(join(root, 'dist', licences), licencesOf(packagesOf(metafile)));

// Chunks of an earlier build; removed afterwards, so that there is never a moment without a program.
const written = new Set([...Object.keys(metafile.outputs).map((file) => basename(file)), licences]);
for (const file of readdirSync(join(root, 'dist'))) {
  if (!written.has(file)) rmSync(join(root, 'dist', file), { recursive: true });
}
