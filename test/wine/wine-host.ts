// The server under Wine as the harnesses for a real Windows see one: programs are started in Wine, files are those of its
// drive C:, and a visitor comes over this computer's own network.

import { inject } from 'vitest';
import { DiskError } from '../../src/lab/disk/disk.ts';
import type { Machine, WriteResult } from '../../src/machine/machine.ts';
import { serverOn } from '../../src/machine/windows/windows-server.ts';
import { type Argument, programPath, type RunResult } from '../../src/model/repair/command.ts';
import type { Host } from '../windows/host.ts';
import { visitAt } from '../windows/visit.ts';
import { runIn } from './prefix.ts';
import { drive } from './server.ts';

const SYSTEM_ROOT = 'C:\\windows';
const OUTPUT = 'C:\\wine-host.out';

/** The one that is laid out now. Nothing can be dragged there: its console has no window. */
export function wineHost(): Host {
  const disk = drive();
  const places = { systemRoot: SYSTEM_ROOT, programData: 'C:\\ProgramData' };
  const machine: Machine = {
    // Addresses and handshakes: Wine has those of this computer.
    ...serverOn({ places, environment: {}, hostPath: (path) => path }),
    run: ({ program, args }) => run(programPath(program, SYSTEM_ROOT), args),
    read: async (path) => {
      const bytes = disk.read(path);
      return bytes === undefined ? { result: 'absent' } : { result: 'ok', bytes };
    },
    list: async (path) => {
      const found = disk.list(path);
      return found === undefined ? { result: 'absent' } : { result: 'ok', ...found };
    },
    write: async (path, bytes) => attempt(() => disk.write(path, bytes)),
    remove: async (path) => attempt(() => disk.remove(path)),
    makeFolder: async (path) => attempt(() => disk.makeFolder(path)),
  };
  return {
    machine,
    run: (command) => machine.run(command),
    visit: ({ address, port, name }) => visitAt(address, port, name),
    drag: async () => {
      throw new Error('nothing can be dragged under Wine');
    },
  };
}

async function run(path: string, args: readonly Argument[]): Promise<RunResult> {
  const words = args.map((arg) => (typeof arg === 'string' ? arg : OUTPUT));
  const { code, out, err } = await runIn(inject('prefix'), path, words);
  const output = words.includes(OUTPUT) ? drive().read(OUTPUT) : undefined;
  drive().remove(OUTPUT);
  return {
    started: true,
    exitCode: code,
    stdout: Buffer.from(out),
    stderr: Buffer.from(err),
    ...(output && { output }),
  };
}

function attempt(act: () => void): WriteResult {
  try {
    act();
    return { result: 'ok' };
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return { result: 'failed', detail: error.message };
  }
}
