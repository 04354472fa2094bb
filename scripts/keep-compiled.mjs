// Runs the built program with the arguments given, and keeps what V8 has compiled by its end (see bin/program.mjs).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, run } from '../bin/program.mjs';
import { root } from './program-facts.mjs';

const dist = join(root, 'dist', '/');
const script = compile(dist);
process.on('exit', () => writeFileSync(`${dist}program.cache`, script.createCachedData()));
run(script, dist);
