// Reads evidence from a folder that was collected elsewhere. Read only. A file that is not there was not collected:
// that is never an answer about the server, so every reading names a file as its source.

import { readAddresses } from '../../formats/console/addresses.ts';
import { consoleText } from '../../formats/console/console-text.ts';
import { littleEndian, strangeEncoding } from '../../formats/console/utf16.ts';
import type { FolderFiles } from '../../machine/machine.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import type { Greeted, KeyFiles, Places } from '../../model/server/evidence.ts';
import { andThen, broken, type Known, known, type Source, unknown } from '../../model/server/known.ts';
import {
  type EvidenceManifest,
  readEvidenceManifest,
  readRecordedHandshakes,
} from '../../own-files/evidence-manifest.ts';
import { ADDRESSES, CENTRAL_FILES, KEY_FILES, KEY_FOLDERS_UNREAD } from '../sources/file-names.ts';
import { readProfileEntries } from '../sources/profile-entries.ts';
import { rowOf } from '../sources/requests.ts';
import type { EvidenceReader, ProfileEntries } from './evidence-reader.ts';
import { interpret, type Reading } from './reading.ts';

const MANIFEST = { kind: 'file', path: 'manifest.json' } as const;

/** The same of files that lie somewhere else. */
export async function evidenceIn(files: FolderFiles): Promise<EvidenceReader> {
  const manifestRead = await readFile(files, MANIFEST.path);
  const manifest =
    manifestRead.result === 'absent'
      ? known<EvidenceManifest>({ formatVersion: 1 }, MANIFEST)
      : interpret(manifestRead, readEvidenceManifest);
  if (!manifest.known) return unreadable(`manifest.json cannot be used: ${manifest.why}`);

  const keyFiles = await readKeyFiles(files);
  const handshakes = await readHandshakes(files);
  const places = placesOf(keyFiles.known ? keyFiles.value.paths : []);
  const { identity, collectedAt } = manifest.value;
  const readAt = new Date().toISOString();
  return {
    recorded: true,
    greetsNobody: !handshakes.known && handshakes.broken !== true,
    places,
    collectedAt: () => collectedAt ?? readAt,
    read: async ({ folderFile }) => orFromManifest(await readFile(files, folderFile), folderFile, manifest.value),
    othersIn: (folder) => readOthers(files, folder),
    keyFiles: async () => keyFiles,
    centralFiles: async () => interpret(await readFile(files, CENTRAL_FILES), namesIn),
    profileCertificates: () => readProfileStores(files),
    identity: async () =>
      identity === undefined ? unknown('the manifest does not say who collected', MANIFEST) : known(identity, MANIFEST),
    addresses: async () => interpret(await readFile(files, ADDRESSES), readAddresses),
    greet: async (visited) => new Map([...visited.keys()].map((key) => [key, recorded(handshakes, key)])),
    recordedHandshakes: () => (handshakes.known ? [...handshakes.value.keys()] : []),
  };
}

async function readFile(files: FolderFiles, path: string): Promise<Reading> {
  const source: Source = { kind: 'file', path };
  const read = await files.read(path);
  if (read.result === 'ok') {
    const { bytes, release } = read;
    return { result: 'ok', bytes: littleEndian(bytes), source, encoding: () => strangeEncoding(bytes), release };
  }
  if (read.result === 'absent') return { result: 'absent', why: `${path} is not in the folder`, source };
  return { result: read.result, why: `${path} cannot be read: ${read.detail}`, source, broken: true };
}

/** Every question gets the same reason. */
function unreadable(why: string): EvidenceReader {
  const nothing = async () => broken<never>(why, MANIFEST);
  const readAt = new Date().toISOString();
  return {
    recorded: true,
    places: USUAL_PLACES,
    collectedAt: () => readAt,
    read: async ({ folderFile }) => ({
      result: 'failed',
      why,
      source: { kind: 'file', path: folderFile },
      broken: true,
    }),
    keyFiles: nothing,
    centralFiles: nothing,
    profileCertificates: nothing,
    identity: nothing,
    addresses: nothing,
    greet: async (visited) => new Map([...visited.keys()].map((key) => [key, [{ got: broken(why, MANIFEST) }]])),
  };
}

/** Three values may stand in the manifest alone; they are given on in the words of `reg query`, which their readers read. */
function orFromManifest(reading: Reading, folderFile: string, manifest: EvidenceManifest): Reading {
  const { computer, machineGuid, osBuild } = manifest;
  if (reading.result !== 'absent') return reading;
  const build = /^(?:\d{1,2}\.\d\.)?(\d{4,6})(?:\.\d+)?$/.exec(String(osBuild))?.[1];
  const printed = new Map([
    ['computer-name.txt', computer && `    ComputerName    REG_SZ    ${computer}\r\n`],
    ['machine-guid.txt', machineGuid && `    MachineGuid    REG_SZ    ${machineGuid}\r\n`],
    ['os-build.txt', build && `    CurrentBuildNumber    REG_SZ    ${build}\r\n`],
  ]).get(folderFile);
  return printed ? { result: 'ok', bytes: Buffer.from(printed), source: MANIFEST } : reading;
}

async function readKeyFiles(files: FolderFiles): Promise<Known<KeyFiles>> {
  const paths = interpret(await readFile(files, KEY_FILES), (bytes) => pathsIn(bytes, /^[a-z]:\\|^\\\\/i));
  // The script names a user's folder by its SID alone where the code page lost its path.
  const unread = interpret(await readFile(files, KEY_FOLDERS_UNREAD), (bytes) =>
    pathsIn(bytes, /^[a-z]:\\|^\\\\|^S-1-/i),
  );
  if (!unread.known && unread.broken) return unread;
  return andThen(paths, (all, source) => known({ paths: all, unread: unread.known ? unread.value : [] }, source));
}

/** One path a line. A line of another shape hides one. */
function pathsIn(bytes: Uint8Array, shape: RegExp): Result<readonly string[]> {
  const lines = consoleText(bytes)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const strange = lines.findIndex((line) => !shape.test(line) || CONTROL.test(line));
  return strange < 0 ? ok(lines) : fail(`its line ${strange + 1} is no path`);
}

/** One name a line, without a path. */
function namesIn(bytes: Uint8Array): Result<ReadonlySet<string>> {
  const names = consoleText(bytes)
    .split('\n')
    .map((line) => line.trim().toLowerCase())
    .filter((line) => line !== '');
  const strange = names.findIndex((name) => /[\\/]/.test(name) || CONTROL.test(name));
  return strange < 0 ? ok(new Set(names)) : fail(`its line ${strange + 1} is no name of a file`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: no name of a file holds one; damage often does
const CONTROL = /[\0-\x1f]/;

const USUAL_PLACES: Places = { systemRoot: 'C:\\Windows', programData: 'C:\\ProgramData' };

/** The folder does not say where Windows was; the machine's own key files do, since each server has some. */
function placesOf(paths: readonly string[]): Places {
  const found = paths.map((path) => /^([a-z]:)\\ProgramData\\Microsoft\\Crypto\\/i.exec(path)?.[1]).find(Boolean);
  return found === undefined ? USUAL_PLACES : { systemRoot: `${found}\\Windows`, programData: `${found}\\ProgramData` };
}

/** Text files under names of the sender's own. */
async function readOthers(files: FolderFiles, folder: string): Promise<readonly Reading[]> {
  const list = await files.list(folder);
  if (list.result !== 'ok') return [];
  const names = list.files.filter((name) => /\.txt$/i.test(name)).map((name) => `${folder}/${name}`);
  return Promise.all(names.filter((name) => rowOf(name) === undefined).map((name) => readFile(files, name)));
}

async function readProfileStores(files: FolderFiles): Promise<Known<ProfileEntries>> {
  const source: Source = { kind: 'file', path: 'profiles' };
  const list = await files.list('profiles');
  if (list.result === 'absent') return unknown('profiles is not in the folder', source);
  if (list.result !== 'ok') return broken(`profiles cannot be read: ${list.detail}`, source);
  const sids = list.folders.filter((name) => /^S-1-[0-9-]+$/i.test(name));
  const stores = sids.map((sid) => ({ sid, folder: `profiles/${sid}/My`, mayBeLinks: [] }));
  const { files: found, unread } = await readProfileEntries(files, stores, '/');
  return known({ files: found, unread: unread.map((part) => ({ ...part, broken: true })) }, source);
}

/** A list without an entry is what is collected again from a folder without one. */
async function readHandshakes(files: FolderFiles): Promise<Known<ReadonlyMap<string, readonly Greeted[]>>> {
  const found = interpret(await readFile(files, 'handshakes.json'), readRecordedHandshakes);
  return found.known && found.value.size === 0 ? unknown('no handshake was made', found.source) : found;
}

/** Whoever made handshakes made one with every endpoint: a list that lacks one is not as it was. */
function recorded(handshakes: Known<ReadonlyMap<string, readonly Greeted[]>>, key: string): readonly Greeted[] {
  if (!handshakes.known) return handshakes.broken ? [{ got: handshakes }] : [];
  return handshakes.value.get(key) ?? [{ got: broken(`it has no handshake with ${key}`, handshakes.source) }];
}
