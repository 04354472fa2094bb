// npm, as this computer has it.
import { execFileSync } from 'node:child_process';
import { root } from '../program-facts.mjs';

/**
 * What npm prints. npm says where it lies when it runs us; its start file of Windows cannot be started without a shell.
 * @param {readonly string[]} args
 */
export function npm(args) {
  const own = process.env.npm_execpath;
  const [program, before] = own === undefined ? ['npm', []] : [process.execPath, [own]];
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
  return execFileSync(program, [...before, ...args], { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
}
