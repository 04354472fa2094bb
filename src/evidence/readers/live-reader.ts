// Reads evidence from a live machine.

import { readSubkeys } from '../../formats/registry/reg-query.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Command } from '../../model/repair/command.ts';
import type { KeyFiles, Places, Profile } from '../../model/server/evidence.ts';
import { type Known, known, type Source, unknown } from '../../model/server/known.ts';
import { queryKey } from '../../windows-commands/reg.ts';
import { showCommand } from '../../windows-commands/shown-command.ts';
import { keyFolders, profileStoreFolder } from '../sources/key-folders.ts';
import { readProfileEntries } from '../sources/profile-entries.ts';
import { greetInTurns } from '../turns.ts';
import type { EvidenceReader, ProfileEntries } from './evidence-reader.ts';
import { readAclsOf } from './key-acls.ts';
import type { Reading } from './reading.ts';

/** The evidence of this very server, or of a lab; `eventDays`: for who asks every hour. */
export function liveReader(machine: Machine, { eventDays }: { readonly eventDays?: number } = {}): EvidenceReader {
  const { systemRoot, programData } = machine;
  const places = { systemRoot, programData };
  return {
    recorded: false,
    places,
    ...(eventDays !== undefined && { eventDays }),
    collectedAt: () => machine.now().toISOString(),
    read: async (request) => {
      if (request.kind === 'file') return readFile(machine, request.path, request.most);
      const source: Source = { kind: 'command', shown: showCommand(request.command, systemRoot) };
      if (request.part !== undefined) return { result: 'ok', bytes: request.part, source };
      const run = (command: Command) => readCommand(machine, command);
      if (request.only !== undefined) return readAclsOf(request.only, run);
      return request.below === undefined
        ? run(request.command)
        : readWhereListed(machine, request.command, request.below);
    },
    keyFiles: (profiles) => listKeyFiles(machine, places, profiles),
    centralFiles: (location) => listCentralFiles(machine, location),
    profileCertificates: (profiles) => readProfileStores(machine, profiles),
    identity: () => machine.identity(),
    addresses: () => machine.addresses(),
    greet: (visited, how) => greetInTurns(visited, machine, how),
  };
}

async function readFile(machine: Machine, path: string, most?: number): Promise<Reading> {
  const source: Source = { kind: 'file', path };
  const read = await machine.read(path, most);
  if (read.result === 'ok') return { result: 'ok', bytes: read.bytes, source };
  if (read.result === 'absent') return { result: 'absent', why: `${path} does not exist`, source };
  return { result: read.result, why: `${path} cannot be read: ${read.detail}`, source };
}

/**
 * The output of a query. A program that ends with 0 and has said nothing has not answered: netsh, certutil and others
 * do so when they cannot work at all. `reg` ends with 1 for a key that is absent, closed, or could not be written out.
 */
async function readCommand(machine: Machine, command: Command): Promise<Reading> {
  const source: Source = { kind: 'command', shown: showCommand(command, machine.systemRoot) };
  const ran = await machine.run(command);
  if (!ran.started) return { result: ran.why === 'missing' ? 'failed' : ran.why, why: ran.detail, source };
  const wantsFile = command.args.some((argument) => typeof argument === 'object' && 'outputFile' in argument);
  const bytes = wantsFile ? ran.output : ran.stdout;
  const exported = exportedKey(command);
  if (exported !== undefined && ran.exitCode === 1) return whyNotExported(machine, exported, source);
  const queried = queriedKey(command);
  if (queried !== undefined && ran.exitCode === 1 && (await isListed(machine, queried)) === false)
    return absent(queried, source);
  // netsh ends with 1 after printing its help, and nobody knows what icacls ends with where it went on over one file that
  // it could not read: both are judged by what they gave.
  const isJudgedByOutput = command.program === 'netsh' || (command.program === 'icacls' && bytes?.length);
  if (ran.exitCode !== 0 && !isJudgedByOutput) {
    const ended = `${command.program} ended with exit code ${ran.exitCode}`;
    return { result: ran.exitCode === 5 ? 'denied' : 'failed', why: ended, source };
  }
  if (bytes === undefined || (bytes.length === 0 && command.program !== 'wevtutil')) {
    return { result: 'failed', why: `${command.program} ended without an answer`, source };
  }
  return { result: 'ok', bytes, source };
}

/** The same, where the list of `below` does not tell already that the key cannot be there. */
async function readWhereListed(machine: Machine, command: Command, below: string): Promise<Reading> {
  const key = exportedKey(command) ?? queriedKey(command) ?? below;
  const [next = ''] = key.slice(below.length + 1).split('\\', 1);
  if ((await lists(machine, below, next)) !== false) return readCommand(machine, command);
  return absent(key, { kind: 'command', shown: showCommand(command, machine.systemRoot) });
}

const absent = (key: string, source: Source): Reading => ({
  result: 'absent',
  why: `there is no registry key ${key}`,
  source,
});

/** The key that a command exports. */
function exportedKey({ program, args }: Command): string | undefined {
  const [verb, key] = args;
  return program === 'reg' && verb === 'export' && typeof key === 'string' ? key : undefined;
}

/** The key of which a command asks one value. */
function queriedKey({ program, args }: Command): string | undefined {
  const [verb, key, option] = args;
  return program === 'reg' && verb === 'query' && option === '/v' && typeof key === 'string' ? key : undefined;
}

/** Absent is only what the list of the key above does not name: a key that could not be read must not pass for none. */
async function whyNotExported(machine: Machine, key: string, source: Source): Promise<Reading> {
  const isThere = await isListed(machine, key);
  if (isThere === undefined) return { result: 'failed', why: `the registry key ${key} was not exported`, source };
  if (isThere) return { result: 'denied', why: `the registry key ${key} is there and cannot be read`, source };
  return absent(key, source);
}

/** Whether the key above it lists it; where that is absent too, nothing is below it. Undefined: nobody knows. */
async function isListed(machine: Machine, key: string): Promise<boolean | undefined> {
  const at = key.lastIndexOf('\\');
  if (at < 0) return undefined;
  const above = key.slice(0, at);
  const listed = await lists(machine, above, key.slice(at + 1));
  if (listed === 'no key') return (await isListed(machine, above)) === false ? false : undefined;
  return listed;
}

/** Whether the list of a key names this one; `no key`: reg has found none, or it is closed. Undefined: nobody knows. */
async function lists(machine: Machine, key: string, name: string): Promise<boolean | 'no key' | undefined> {
  const ran = await machine.run(queryKey(key));
  if (ran.started && ran.exitCode === 1) return 'no key';
  const listed = ran.started && ran.exitCode === 0 ? readSubkeys(ran.stdout, key) : undefined;
  return listed?.ok ? listed.value.has(name.toLowerCase()) : undefined;
}

async function listKeyFiles(
  machine: Machine,
  places: Places,
  profiles: readonly Profile[] | undefined,
): Promise<Known<KeyFiles>> {
  const folders = keyFolders(places, profiles ?? []);
  const source: Source = { kind: 'file', path: `${places.programData}\\Microsoft\\Crypto` };
  const lists = await Promise.all(folders.map(async (folder) => ({ folder, list: await machine.list(folder) })));
  const paths = lists.flatMap(({ folder, list }) =>
    list.result === 'ok' ? list.files.map((name) => `${folder}\\${name}`) : [],
  );
  const unread = lists.flatMap(({ folder, list }) =>
    list.result === 'ok' || list.result === 'absent' ? [] : [folder],
  );
  // Without the list of profiles nobody knows where else a key may lie.
  return known({ paths, unread: profiles === undefined ? [...unread, "the users' key folders"] : unread }, source);
}

async function listCentralFiles(machine: Machine, location: string): Promise<Known<ReadonlySet<string>>> {
  const source: Source = { kind: 'file', path: location };
  if (!/^(?:[a-z]:\\|\\\\)/i.test(location)) return unknown(`${location} is no full path`, source);
  const list = await machine.list(location);
  if (list.result === 'ok') return known(new Set(list.files.map((name) => name.toLowerCase())), source);
  return unknown(`${location} cannot be listed${list.result === 'absent' ? '' : `: ${list.detail}`}`, source);
}

/** Every folder from the profile down to the store is looked at: its user may have laid a junction anywhere. */
async function readProfileStores(machine: Machine, profiles: readonly Profile[]): Promise<Known<ProfileEntries>> {
  const stores = profiles.map((profile) => {
    const folder = profileStoreFolder(profile);
    const below = folder.slice(profile.path.length + 1).split('\\');
    const mayBeLinks = below.map((_name, index) => [profile.path, ...below.slice(0, index + 1)].join('\\'));
    return { sid: profile.sid, folder, mayBeLinks };
  });
  return known(await readProfileEntries(machine, stores, '\\'), { kind: 'file', path: 'profiles' });
}
