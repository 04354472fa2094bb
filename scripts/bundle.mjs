// Programs as CommonJS files: what a single executable application starts, and the npm package.
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { packagesOf } from './licences.mjs';
import { nodeImports } from './node-imports.mjs';
import { definitions, root } from './program-facts.mjs';

/**
 * What only some commands need, by the name of its file: V8 reads a file whole, however little of it runs. None of them knows
 * our own code, so that no module of ours is there twice.
 * @type {Readonly<Record<string, string>>}
 */
const PARTS = { lab: 'src/lab/lab.ts', forge: 'node-forge', execa: 'execa', listr2: 'listr2' };

/** @type {import('esbuild').BuildOptions & { write: false, metafile: true }} */
const options = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  outdir: '.',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  // Minified, a start took as long, and stack traces were lost.
  minify: false,
  // A package's ES module, where it has one: jsonc-parser's other build finds its own parts by a require() of its own.
  mainFields: ['module', 'main'],
  define: definitions(),
  plugins: [nodeImports],
  metafile: true,
  logLevel: 'warning',
};

/**
 * Bundles `entry` (a path in the project) with all it imports, and says which packages those came from, as folders below
 * the project. What is imported lazily is in the file, and evaluated when it is asked for. CommonJS has no top-level await:
 * esbuild refuses one.
 * @param {string} entry
 */
export async function bundled(entry) {
  const { outputFiles, metafile } = await build({ ...options, entryPoints: [entry] });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return { script: file.contents, packages: packagesOf(metafile) };
}

/** The program itself, as `program.cjs` and its parts, which it requires as `./lab.cjs` beside it. */
export async function bundledProgram() {
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: { program: 'src/main.ts', ...PARTS },
    plugins: [nodeImports, partsBeside],
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  return { files, packages: packagesOf(metafile) };
}

/** @type {import('esbuild').Plugin} */
const partsBeside = {
  name: 'parts-beside',
  setup({ onResolve }) {
    for (const [name, entry] of Object.entries(PARTS)) {
      const filter = new RegExp(`(?:^|/)${basename(entry)}$`);
      onResolve({ filter }, ({ kind, path, resolveDir }) =>
        kind !== 'entry-point' && (path === entry || join(resolveDir, path) === join(root, entry))
          ? { path: `./${name}.cjs`, external: true }
          : undefined,
      );
    }
  },
};
