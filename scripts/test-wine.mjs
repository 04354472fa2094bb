// npm run test:wine: the .exe on Windows as Wine plays it. Installs Wine where it may; where there is none, says so in one
// line and passes. What runs, what is skipped and how long each takes is printed by the tests.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './program-facts.mjs';

/** libgnutls30: only recommended by Wine's libraries, and their crypt32 needs it. */
const PACKAGES = ['wine64', 'libgnutls30'];

const start = performance.now();
if (process.platform !== 'linux' || process.arch !== 'x64')
  skip(`${process.platform} ${process.arch} is no Linux on x64`);
else if (!isThere() && !installed()) skip('it is not installed, and apt-get could not install wine64 here');
else runTests();

/** @param {string} why */
function skip(why) {
  console.log(`skipped: no Wine (${why})`);
}

/** The package wine64 alone puts nothing on the PATH. */
function isThere() {
  const folders = ['/usr/lib/wine', ...(process.env.PATH ?? '').split(':')];
  return folders.some((folder) => existsSync(join(folder, 'wine64')));
}

/** True where apt-get is there, is allowed to, and did it. */
function installed() {
  if (process.getuid?.() !== 0) return false;
  const options = ['-qq', '-o', 'DPkg::Lock::Timeout=300'];
  const install = ['install', '-y', '--no-install-recommends', ...PACKAGES];
  // With the package lists that are there, else with new ones.
  const rounds = [[install], [['update'], install]];
  const done = rounds.some((steps) => steps.every((step) => aptGet([...options, ...step])));
  if (done) console.log(`Wine was installed: ${seconds()}`);
  return done && isThere();
}

/** @param {readonly string[]} args */
function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { env, stdio: 'ignore', timeout: 300_000 }).status === 0;
}

function runTests() {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', '--config', 'test/wine/vitest.config.ts', ...process.argv.slice(2)];
  const ran = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  console.log(`test:wine took ${seconds()}`);
  process.exitCode = ran.status ?? 1;
}

function seconds() {
  return `${Math.round((performance.now() - start) / 1000)} s`;
}
