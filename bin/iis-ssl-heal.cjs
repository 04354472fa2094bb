#!/usr/bin/env node
// CommonJS, since Node loads more before it runs a module: a twelfth of what an empty program takes. And what is asked of Node
// by process.getBuiltinModule is not made ready for modules to import.
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
const { join } = process.getBuiltinModule('node:path');

const dist = join(__dirname, '..', 'dist', '/');
if (!existsSync(`${dist}program.cjs`)) {
  process.stderr.write(
    'error: iis-ssl-heal is not built yet. Run npm ci && npm run build in its folder, then try again.\n',
  );
  process.exitCode = 70;
} else if (process.argv.length === 3 && process.argv[2] === '--version') {
  // Monitoring asks for it often: the program is not loaded for that.
  process.stdout.write(`${readFileSync(`${dist}version.txt`, 'utf8')}, Node ${process.versions.node}\n`);
} else {
  const { compile, run } = require('./start.cjs');
  run((name) => compile(dist, name));
}
