// The lab's programs as real programs of Windows: one .exe that stands in System32 under many names and does what its
// own name says.

import { appendFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { runProgram } from '../../../src/lab/run.ts';
import { rebootLab } from '../../../src/lab/services/reboot.ts';
import { restartIis } from '../../../src/lab/services/restart-iis.ts';
import { hold } from './hold.ts';
import { serve } from './http-sys.ts';
import { withMovedPermissions } from './moved-folders.ts';
import { startHidden } from './start-hidden.ts';
import { thisServer } from './this-server.ts';

const MISSING = 9009;

/** Every start with its arguments as they arrived, one a line. */
const STARTED = 'C:\\lab-started.txt';

const name = basename(process.execPath)
  .replace(/\.exe$/i, '')
  .toLowerCase();
const args = process.argv.slice(2);

/** What only the tests start. */
const ours: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
  ['lab-http', () => serve(args[0] ?? '', args.slice(1).map(Number))],
  ['lab-hold', () => hold(args[0] ?? '', args[1] ?? '', args[2] ?? '')],
  ['lab-reboot', () => rebootLab(thisServer().server)],
  ['lab-restart-iis', () => restartIis(thisServer().server)],
  // It brings the product with it, which no other start must wait for.
  ['lab-run', async () => (await import('./run-through-product.ts')).runThroughProduct(args[0] ?? '', args[1] ?? '')],
  ['lab-hidden', () => startHidden(args[0] ?? '', args[1] ?? '', args[2] ?? '', args.slice(3))],
  // Not one of the lab's, and all that it is asked for is whether the caller is elevated.
  ['fltmc', () => (process.exitCode = thisServer().caller.elevated ? 0 : 5)],
]);

function windowsProgram(): void {
  appendFileSync(STARTED, `${JSON.stringify([name, ...args])}\n`);
  const { server, caller } = thisServer();
  const run = () => runProgram(server, name, args, caller);
  const ran = name === 'icacls' ? withMovedPermissions(server.disk, run) : run();
  server.save();
  // Waits as for a console that nobody sits at.
  if (ran === 'hangs') return void setInterval(() => {}, 60_000);
  process.exitCode = ran === 'missing' ? MISSING : ran.exitCode;
  if (ran === 'missing') return;
  print(1, ran.stdout);
  print(2, ran.stderr);
}

/** A pipe may take less than it was given. */
function print(stream: 1 | 2, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(stream, bytes, at);
}

(ours.get(name) ?? windowsProgram)();
