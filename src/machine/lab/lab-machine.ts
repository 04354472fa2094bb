// The lab as a machine: the same commands, paths and handshakes, carried out by the emulated server.

import { canonicalIp, greetingName } from '../../formats/http-sys/endpoint.ts';
import { guarded } from '../../ground/guarded.ts';
import {
  type Caller,
  type CallerName,
  callerOf,
  type Disk,
  DiskError,
  hasAddress,
  type LabRun,
  mayList,
  moveWithSddl,
  openLab,
  ownAddresses,
  probe,
  runProgram,
  setKeySddl,
  storedSddl,
  temporaryFolder,
} from '../../lab/lab.ts';
import { type Argument, type Command, programPath, type RunResult, type Secrets } from '../../model/repair/command.ts';
import type { Greeting, Handshake, Identity } from '../../model/server/evidence.ts';
import { type Known, known, type Source, unknown } from '../../model/server/known.ts';
import { MEGABYTE, MOST_BYTES } from '../files/read-file.ts';
import type { ListResult, Machine, ReadResult, WriteResult } from '../machine.ts';
import { isAlive } from '../programs/process-alive.ts';
import { holdName } from '../windows/hold-name.ts';

const SYSTEM_ROOT = 'C:\\Windows';

/** What the lab machine is told: who calls, and how its folder is named on our command line. */
export interface LabMachineOptions {
  readonly as: CallerName;
  readonly targetArguments: string;
  /** A test's clock and patience; the real ones where left out. */
  readonly now?: () => Date;
  readonly processId?: number;
  readonly isAlive?: (processId: number) => boolean;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** A machine over the lab on `disk`. Throws NotALab where there is none. */
export function labMachine(disk: Disk, options: LabMachineOptions): Machine {
  const caller = callerOf(openLab(disk), options.as);
  return guarded({
    kind: 'lab',
    systemRoot: SYSTEM_ROOT,
    programData: 'C:\\ProgramData',
    targetArguments: options.targetArguments,
    run: async (command, secrets) => disk.alone(() => run(disk, caller, command, secrets ?? new Map())),
    read: async (path, most) => read(disk, path, most),
    list: async (path) => list(disk, caller, path),
    write: async (path, bytes, how) => attempt(() => disk.write(path, bytes, how)),
    rename: async (from, to) => attempt(() => disk.alone(() => moveWithSddl(openLab(disk), from, to))),
    remove: async (path) => attempt(() => disk.alone(() => remove(disk, path))),
    makeFolder: async (path) => attempt(() => disk.makeFolder(path)),
    isLink: async (path) => disk.isLink(path),
    programFolder: undefined,
    addresses: async () => addresses(disk),
    handshake: (greeting) => greet(disk, greeting),
    identity: async () => known(identityOf(caller), { kind: 'command', shown: `${SYSTEM_ROOT}\\System32\\whoami.exe` }),
    now: options.now ?? (() => new Date()),
    processId: options.processId ?? process.pid,
    isAlive: options.isAlive ?? isAlive,
    hold: holdName,
    sleep: options.sleep ?? ((milliseconds) => new Promise((done) => setTimeout(done, milliseconds))),
  });
}

function run(disk: Disk, caller: Caller, command: Command, secrets: Secrets): RunResult {
  const path = programPath(command.program, SYSTEM_ROOT);
  if (disk.read(path) === undefined) return { started: false, why: 'missing', detail: `${path} does not exist` };
  const server = openLab(disk);
  const outputFile = freeName(disk, temporaryFolder(server));
  const args = command.args.map((argument) => argumentText(argument, secrets, outputFile));
  const ran = ranOrFull(() => {
    const result = runProgram(server, command.program, args, caller);
    server.save();
    return result;
  });
  if (ran === 'missing') return { started: false, why: 'missing', detail: `${path} does not exist` };
  if (ran === 'hangs') return { started: false, why: 'timeout', detail: `${command.program} did not end in time` };
  const output = disk.read(outputFile);
  if (output !== undefined) disk.remove(outputFile);
  return { started: true, ...ran, ...(output !== undefined && { output }) };
}

/** ERROR_DISK_FULL: where a program finds no room for what it changes, the change is not made. */
const DISK_FULL: LabRun = { exitCode: 112, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };

function ranOrFull(start: () => LabRun): LabRun {
  try {
    return start();
  } catch (error) {
    if (error instanceof DiskError && error.code === 'full') return DISK_FULL;
    throw error;
  }
}

/** Free, and of this process alone: two that work on one lab must not read each other's output. */
function freeName(disk: Disk, folder: string): string {
  disk.makeFolder(folder);
  for (let number = 0; ; number += 1) {
    const path = `${folder}\\iis-ssl-heal-${process.pid}-${number}.tmp`;
    if (disk.read(path) === undefined) return path;
  }
}

function argumentText(argument: Argument, secrets: Secrets, outputFile: string): string {
  if (typeof argument === 'string') return argument;
  if ('outputFile' in argument) return outputFile;
  const secret = secrets.get(argument.secret);
  if (secret === undefined) throw new Error(`no value for the secret ${argument.secret}`);
  return secret;
}

function read(disk: Disk, path: string, most = MOST_BYTES): ReadResult {
  try {
    const bytes = disk.read(path);
    if (bytes === undefined) return { result: 'absent' };
    if (bytes.length > most) return { result: 'failed', detail: `it is larger than ${most / MEGABYTE} MB` };
    return { result: 'ok', bytes };
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return { result: error.code === 'denied' ? 'denied' : 'failed', detail: error.message };
  }
}

function list(disk: Disk, caller: Caller, path: string): ListResult {
  // Only a few folders are a question to the lab; all others are listed without it.
  const lab = {
    get facts() {
      return openLab(disk).facts;
    },
  };
  if (!mayList(lab, caller, path)) return { result: 'denied', detail: 'access is denied' };
  const found = disk.list(path);
  return found === undefined ? { result: 'absent' } : { result: 'ok', ...found };
}

function remove(disk: Disk, path: string): void {
  disk.remove(path);
  const server = openLab(disk);
  if (storedSddl(server, path) !== undefined) setKeySddl(server, path, undefined);
}

function attempt(act: () => void): WriteResult {
  try {
    act();
    return { result: 'ok' };
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return { result: error.code === 'exists' ? 'failed' : error.code, detail: error.message };
  }
}

function addresses(disk: Disk): Known<readonly string[]> {
  const server = openLab(disk);
  const own = ownAddresses(server).map((address) => canonicalIp(address) ?? address);
  return known(own, { kind: 'file', path: 'C:\\lab.json' });
}

async function greet(disk: Disk, greeting: Greeting): Promise<Known<Handshake>> {
  const { address, port, name } = greeting;
  const source: Source = { kind: 'handshake', endpoint: greetingName(greeting) };
  const server = openLab(disk);
  if (!hasAddress(server, address)) return unknown(`${address} is not an address of this server`, source);
  return known(await probe(server, address, port, name === '' ? undefined : name), source);
}

/** What the lab's whoami would say of who calls. */
const identityOf = ({ withoutPassword, ...caller }: Caller): Identity => ({
  ...caller,
  ...(withoutPassword && { logon: 'network' }),
});
