#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile, run } from './program.mjs';

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
  run(compile(dist), dist);
}
