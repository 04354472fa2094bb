// Starts a Windows program: by its full path, without a shell, with its own time limit, and never waiting for ever.

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Command, type Program, programPath, type RunResult, type Secrets } from '../../model/repair/command.ts';
import type { Places } from '../../model/server/evidence.ts';
import { endProcessTree } from './end-process-tree.ts';
import { programEnvironment } from './program-environment.ts';

/** Where programs are started from. */
export interface ProgramHost {
  readonly places: Places;
  /** The environment of this process; programs get a small part of it. */
  readonly environment: NodeJS.ProcessEnv;
  /** How this process opens a path of the server. */
  readonly hostPath: (path: string) => string;
}

/** What a run may use up; what goes beyond is ended. */
export interface RunLimits {
  readonly milliseconds: number;
  /** Of stdout and of stderr, each. */
  readonly bytes: number;
}

const MOST_OUTPUT = 64 * 1024 * 1024;
const USUAL_LIMIT_S = 60;

/**
 * Programs that may take longer than most, or that should not: services stop slowly, certutil waits 15 s for each address of
 * a revocation list that a server without a way out cannot reach, a log query does not wait.
 */
const LIMITS_S: Partial<Record<Program, number>> = { certutil: 300, iisreset: 300, net: 120, wevtutil: 30 };

/** The limits of a program when nothing else is said. */
export function limitsOf(program: Program): RunLimits {
  return { milliseconds: (LIMITS_S[program] ?? USUAL_LIMIT_S) * 1000, bytes: MOST_OUTPUT };
}

/** Runs the command. Throws only for a secret that the caller forgot to give. */
export async function runProgram(
  host: ProgramHost,
  command: Command,
  secrets: Secrets = new Map(),
  limits: RunLimits = limitsOf(command.program),
): Promise<RunResult> {
  const file = host.hostPath(programPath(command.program, host.places.systemRoot));
  const lacking = await whyNotThere(file);
  if (lacking !== undefined) return lacking;
  const wantsFile = command.args.some((argument) => typeof argument === 'object' && 'outputFile' in argument);
  if (!wantsFile) return start(host, file, argumentsOf(command, secrets, ''), limits);
  return withPrivateFolder(host, async (folder) => {
    const outputFile = join(folder, 'output.tmp');
    const ran = await start(host, file, argumentsOf(command, secrets, outputFile), limits);
    const output = ran.started ? await readFile(outputFile).catch(() => undefined) : undefined;
    return ran.started && output !== undefined ? { ...ran, output } : ran;
  });
}

/** Looked at first: on Windows a program that is not there would be looked for by cmd.exe, and so never be "not found". */
async function whyNotThere(file: string): Promise<RunResult | undefined> {
  try {
    if ((await stat(file)).isFile()) return undefined;
    return { started: false, why: 'missing', detail: `${file} is not a file` };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return { started: false, why: 'missing', detail: `${file} does not exist` };
    }
    return { started: false, why: whyOf(code), detail: `${file} cannot be started: ${code}` };
  }
}

const whyOf = (code: string): 'denied' | 'failed' => (code === 'EACCES' || code === 'EPERM' ? 'denied' : 'failed');

function argumentsOf(command: Command, secrets: Secrets, outputFile: string): string[] {
  return command.args.map((argument) => {
    if (typeof argument === 'string') return argument;
    if ('outputFile' in argument) return outputFile;
    const value = secrets.get(argument.secret);
    if (value === undefined) throw new Error(`the secret "${argument.secret}" of ${command.program} was not given`);
    return value;
  });
}

/**
 * A folder with a fresh name; it is gone when this returns, whatever happened. Below Windows' own temporary folder only
 * administrators can find it; in an account's own its programs without elevation could lay an answer before the real one.
 */
async function withPrivateFolder<T>(host: ProgramHost, use: (folder: string) => Promise<T>): Promise<T> {
  const own = join(host.hostPath(`${host.places.systemRoot}\\Temp`), PREFIX);
  const folder = await mkdtemp(own).catch(() => mkdtemp(join(tmpdir(), PREFIX)));
  try {
    return await use(folder);
  } finally {
    // A program that would not end can still hold its file; no secret is ever in it.
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

const PREFIX = 'iis-ssl-heal-';

async function start(host: ProgramHost, file: string, args: readonly string[], limits: RunLimits): Promise<RunResult> {
  // execa throws for it, with the argument in its message: and that can be a secret.
  if (args.some((arg) => arg.includes('\0'))) {
    return { started: false, why: 'failed', detail: 'an argument holds a NUL character' };
  }
  const system32 = `${host.places.systemRoot}\\System32`;
  const running = execa(file, args, {
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    stdin: 'ignore',
    shell: false,
    // A console of its own: Ctrl-C in ours goes to every program in it, and must not cut one off in the middle of a change.
    windowsHide: true,
    cwd: host.hostPath(system32),
    env: programEnvironment(host.places, host.environment),
    extendEnv: false,
    maxBuffer: limits.bytes,
    // The leader of its own group, so that the group can be ended; Windows has taskkill /T for that.
    detached: process.platform !== 'win32',
  });
  const end = async () => {
    if (running.pid !== undefined) await endProcessTree(running.pid, host.hostPath(`${system32}\\taskkill.exe`));
    // What taskkill could not find any more may still write: it must not keep this process alive.
    running.stdout.destroy();
    running.stderr.destroy();
  };

  const result = await beforeTime(running, limits.milliseconds);
  if (result === 'too late') {
    await end();
    return { started: false, why: 'timeout', detail: `it did not end within ${limits.milliseconds / 1000} s` };
  }
  if (result.isMaxBuffer) {
    await end();
    return { started: false, why: 'failed', detail: `it printed more than ${limits.bytes} bytes` };
  }
  const { exitCode, stdout, stderr, code = '', signal } = result;
  if (exitCode !== undefined) return { started: true, exitCode: exitCode >>> 0, stdout, stderr };
  // Never execa's own message: it holds the arguments, and with them the secrets.
  const detail = signal === undefined ? `it could not be started: ${code}` : `it was ended by ${signal}`;
  return { started: false, why: whyOf(code), detail };
}

/** execa waits until the pipes close, which a grandchild can put off for ever: so the clock is ours. */
async function beforeTime<T>(running: PromiseLike<T>, milliseconds: number): Promise<T | 'too late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'too late'>((ring) => {
    timer = setTimeout(() => ring('too late'), milliseconds);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}
