#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  process.stderr.write('iis-ssl-heal is not built yet: run `npm ci && npm run build` in its folder, then try again.\n');
  process.exitCode = 70;
}
