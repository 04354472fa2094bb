// Bundles src/main.ts and all its dependencies into dist/, so that the published package has none.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledProgram } from './bundle.mjs';
import { licencesOf } from './licences.mjs';
import { commit, root, version } from './program-facts.mjs';

const dist = join(root, 'dist');
const { files: scripts, packages } = await bundledProgram();
/** @type {[name: string, bytes: string | Uint8Array][]} */
const files = [
  ...scripts,
  ['version.txt', `iis-ssl-heal ${version} (${commit()})`],
  ['third-party-licences.txt', licencesOf(packages)],
];
mkdirSync(dist, { recursive: true });
// Of an earlier build; the program itself is written over, so that there is never a moment without one.
const names = new Set(files.map(([name]) => name));
for (const name of readdirSync(dist)) if (!names.has(name)) rmSync(join(dist, name), { recursive: true });
for (const [name, bytes] of files) writeFileSync(join(dist, name), bytes);

// What V8 has compiled by the end of a check of a small folder is what most starts need; more than that is only more to read.
const folder = mkdtempSync(join(tmpdir(), 'iis-ssl-heal-build-'));
try {
  const program = join(root, 'bin', 'iis-ssl-heal.cjs');
  const keepCompiled = join(root, 'scripts', 'keep-compiled.mjs');
  const lab = join(folder, 'lab');
  const evidence = join(folder, 'evidence');
  for (const args of [
    [keepCompiled, 'lab.cjs,forge.cjs', 'lab', 'create', lab],
    [program, 'collect', '--lab', lab, '--out', evidence],
    [keepCompiled, 'program.cjs', 'check', '--from', evidence],
  ])
    execFileSync(process.execPath, args, { stdio: 'pipe' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
