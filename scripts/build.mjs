// Bundles src/main.ts and all its dependencies into dist/, so that the published package has none.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The commit this is built from; a source archive has none, and may lie inside a repository that is not ours. */
function commit() {
  if (!existsSync(join(root, '.git'))) return 'unknown';
  try {
    const args = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

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
  define: { __VERSION__: JSON.stringify(version), __COMMIT__: JSON.stringify(commit()) },
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
