#!/usr/bin/env node
import { compile, run } from './program.mjs';

// An import of a module of Node's makes a copy of its names first, and with node:fs loads all streams: 15 ms of every start.
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
const { fileURLToPath } = process.getBuiltinModule('node:url');

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
if (!existsSync(`${dist}program.cjs`)) {
  process.stderr.write(
    'error: iis-ssl-heal is not built yet. Run npm ci && npm run build in its folder, then try again.\n',
  );
  process.exitCode = 70;
} else if (process.argv.length === 3 && process.argv[2] === '--version') {
  // Monitoring asks for it often: the program is not loaded for that.
  process.stdout.write(`${readFileSync(`${dist}version.txt`, 'utf8')}, Node ${process.versions.node}\n`);
} else {
  run((name) => compile(dist, name));
}
