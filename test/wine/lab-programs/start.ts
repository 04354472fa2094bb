// What every .exe of the lab does: it stands in System32 under many names, and does what its own name says.

import { appendFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import type { LabProgram } from '../../../src/lab/program.ts';
import { runFrom } from '../../../src/lab/run-from.ts';
import { withMovedPermissions } from './moved-folders.ts';
import { thisServer } from './this-server.ts';

const MISSING = 9009;

/** Every start with its arguments as they arrived, one a line. */
const STARTED = 'C:\\lab-started.txt';

type Args = readonly string[];

/** Starts the program of this process' name: one that only the tests start, else one of a Windows server. */
export function start(
  programs: ReadonlyMap<string, LabProgram>,
  ours: ReadonlyMap<string, (args: Args) => unknown>,
): void {
  const name = basename(process.execPath)
    .replace(/\.exe$/i, '')
    .toLowerCase();
  const args = process.argv.slice(2);
  const own = ours.get(name);
  if (own === undefined) windowsProgram(programs, name, args);
  else own(args);
}

function windowsProgram(programs: ReadonlyMap<string, LabProgram>, name: string, args: Args): void {
  appendFileSync(STARTED, `${JSON.stringify([name, ...args])}\n`);
  const { server, caller } = thisServer();
  const run = () => runFrom(programs, server, name, args, caller);
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
