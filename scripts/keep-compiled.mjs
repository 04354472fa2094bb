// Runs the built program, and keeps what V8 has compiled by its end of the files named (see bin/start.cjs).
//   node scripts/keep-compiled.mjs lab.cjs,forge.cjs COMMAND ARGUMENT ...
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, run } from '../bin/start.cjs';
import { root } from './program-facts.mjs';

const dist = join(root, 'dist', '/');
const [kept = ''] = process.argv.splice(2, 1);
run((name) => {
  const script = compile(dist, name);
  if (kept.split(',').includes(name))
    process.on('exit', () => writeFileSync(`${dist}${name.replace('.cjs', '.cache')}`, script.createCachedData()));
  return script;
});
