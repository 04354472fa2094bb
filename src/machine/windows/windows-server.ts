// The Windows server that this process runs on.

import { existsSync, realpathSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalIp, greetingName, isLoopback } from '../../formats/http-sys/endpoint.ts';
import { readRegString } from '../../formats/registry/reg-query.ts';
import { guarded } from '../../ground/guarded.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import type { Greeting, Handshake, Identity } from '../../model/server/evidence.ts';
import { andThen, type Known, known, type Source, unknown } from '../../model/server/known.ts';
import { queryValue } from '../../windows-commands/reg.ts';
import { fileSystem } from '../files/file-system.ts';
import { isLink } from '../files/is-link.ts';
import type { Machine } from '../machine.ts';
import { inTurn } from '../programs/in-turn.ts';
import { ownFolder } from '../programs/own-program.ts';
import { isAlive } from '../programs/process-alive.ts';
import { type ProgramHost, runProgram } from '../programs/run-program.ts';
import { accountName } from './account-name.ts';
import { holdName } from './hold-name.ts';
import { tlsHandshake } from './tls-handshake.ts';
import { whoRuns } from './who-runs.ts';
import { hostPathOnWindows, isFullPath, programDataOf, sysnativeFolder, systemRootOf } from './windows-paths.ts';

/** This server; why not, where this computer does not run Windows, or Windows does not say where it is. */
export async function windowsServer(environment: NodeJS.ProcessEnv = process.env): Promise<Result<Machine>> {
  if (process.platform !== 'win32') return fail('this is not a Windows server');
  const systemRoot = systemRootHere();
  if (systemRoot === undefined) return fail('Windows does not say in which folder it is');
  const hostPath = hostPathOnWindows(systemRoot, existsSync(sysnativeFolder(systemRoot)));
  const programData = await programDataOn({ environment, hostPath }, systemRoot);
  if (programData === undefined) return fail('the registry does not say where ProgramData is');
  return ok(serverOn({ places: { systemRoot, programData }, environment, hostPath }));
}

/**
 * Where the kernel's own link to the Windows folder leads, which no process but the system can change. Where that is not
 * answered (Wine), where the loader has this process's system files from: a report is slow, seconds under Wine.
 */
function systemRootHere(): string | undefined {
  try {
    const root = realpathSync.native('\\\\?\\GLOBALROOT\\SystemRoot');
    if (isFullPath(root)) return root;
  } catch {}
  return systemRootOf(loadedFiles());
}

/** What the loader has mapped. Names of network peers would be asked for in DNS: they are left out. */
function loadedFiles(): readonly string[] {
  const { report } = process;
  // The types of Node 20 lack it, Node 20.13 does not.
  Object.assign(report, { excludeNetwork: true });
  const { sharedObjects } = report.getReport() as { readonly sharedObjects?: unknown };
  return Array.isArray(sharedObjects) ? sharedObjects.filter((path) => typeof path === 'string') : [];
}

const PROFILE_LIST = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';

/** The folder that Windows itself takes for ProgramData, whatever a variable says; where it is by default, to ask at all. */
async function programDataOn(host: Omit<ProgramHost, 'places'>, systemRoot: string): Promise<string | undefined> {
  const places = { systemRoot, programData: `${systemRoot.slice(0, 2)}\\ProgramData` };
  const ran = await runProgram({ ...host, places }, queryValue(PROFILE_LIST, 'ProgramData'));
  const written = ran.started && ran.exitCode === 0 ? readRegString(ran.stdout, 'ProgramData') : undefined;
  return written === undefined ? undefined : programDataOf(written, systemRoot);
}

/**
 * A start takes Windows 30 to 100 ms, in which this process does nothing else; of a dozen in a row, a visitor's time would
 * be up before his answer was read. And a server in trouble is spared them.
 */
const PROGRAMS_AT_ONCE = 4;

/** A server whose Windows folder is reached through `host`; on Windows that is this very server. */
export function serverOn(host: ProgramHost): Machine {
  const turn = inTurn(PROGRAMS_AT_ONCE);
  return guarded({
    kind: 'windows',
    systemRoot: host.places.systemRoot,
    programData: host.places.programData,
    targetArguments: '',
    run: (command, secrets) => turn(() => runProgram(host, command, secrets)),
    ...fileSystem(host.hostPath),
    addresses: async () => ownAddresses(),
    handshake: greet,
    identity: onceKnown(() => identityOn(host)),
    now: () => new Date(),
    isLink: async (path) => isLink(host.hostPath(path)),
    programFolder: ownFolder(),
    processId: process.pid,
    isAlive,
    hold: holdName,
    sleep: (milliseconds) => sleep(milliseconds),
  });
}

/** Whoever answers at another computer's address says nothing of this server. */
async function greet(greeting: Greeting): Promise<Known<Handshake>> {
  const { address } = greeting;
  const source: Source = { kind: 'handshake', endpoint: greetingName(greeting) };
  const own = ownAddresses();
  if (!isLoopback(address) && !(own.known && own.value.includes(address)))
    return unknown(`${address} is not an address of this server`, source);
  return known(await tlsHandshake(greeting), source);
}

/** All of them, in the spelling of endpoints. */
function ownAddresses(): Known<readonly string[]> {
  const source: Source = { kind: 'command', shown: 'the network interfaces of this server' };
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const own = all.map(({ address }) => canonicalIp(address)).filter((address) => address !== undefined);
  return own.length > 0 ? known([...new Set(own)], source) : unknown('Windows names no address of this server', source);
}

/** The token of a process stays what it is: an answer holds, and only where there was none whoami is asked again. */
function onceKnown<T>(ask: () => Promise<Known<T>>): () => Promise<Known<T>> {
  let asked: Promise<Known<T>> | undefined;
  return async () => {
    asked ??= ask();
    const mine = asked;
    const answer = await mine;
    if (!answer.known && asked === mine) asked = undefined;
    return answer;
  };
}

async function identityOn(host: ProgramHost): Promise<Known<Identity>> {
  const identity = await whoRuns((command) => runProgram(host, command), host.places.systemRoot);
  return andThen(identity, (who, source) => known({ ...who, name: accountName(who.name, host.environment) }, source));
}
