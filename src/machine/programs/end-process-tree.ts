// Ends a program with all that it started: a grandchild that lives on keeps the pipes, and so the caller, waiting.

import { spawn } from 'node:child_process';

/** taskkill itself must not hang us either. */
const TASKKILL_LIMIT_MS = 5000;

/**
 * Ends the tree below `pid`; returns when that was tried. `taskkill` is the full path of the program (Windows only);
 * elsewhere the program was started as the leader of its own process group, and that is ended.
 */
export async function endProcessTree(pid: number, taskkill: string): Promise<void> {
  if (process.platform === 'win32') return runTaskkill(pid, taskkill);
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group has ended by itself.
  }
}

function runTaskkill(pid: number, taskkill: string): Promise<void> {
  return new Promise((done) => {
    const args = ['/T', '/F', '/PID', String(pid)];
    const killer = spawn(taskkill, args, { stdio: 'ignore', windowsHide: true, timeout: TASKKILL_LIMIT_MS });
    killer.once('error', () => done());
    killer.once('exit', () => done());
  });
}
