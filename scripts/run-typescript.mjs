// Runs a program of test/ that is written in TypeScript, on any Node that the project runs on: as one file, made just before.
//   node scripts/run-typescript.mjs FILE.ts ARGUMENT ...
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { bundled } from './bundle.mjs';

const [entry = '', ...args] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'iis-ssl-heal-run-'));
try {
  const file = join(folder, basename(entry).replace(/\.ts$/, '.cjs'));
  writeFileSync(file, (await bundled(entry)).script);
  process.exitCode = spawnSync(process.execPath, [file, ...args], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
