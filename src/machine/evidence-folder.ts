// Reads evidence from a folder that was collected elsewhere. Read only. A file that is not there was not collected:
// that is never an answer about the server, so every reading names a file as its source.

import { join } from 'node:path';
import { consoleText } from '../formats/console-text.ts';
import { type EvidenceManifest, readEvidenceManifest, readRecordedHandshakes } from '../formats/evidence-manifest.ts';
import { endpointKey, type Handshake, type KeyFiles, type Places } from '../model/evidence.ts';
import { andThen, type Known, known, type Source, unknown } from '../model/known.ts';
import { parsed } from '../model/parsed.ts';
import type { EvidenceReader, ProfileCertificateFile } from '../probes/evidence-reader.ts';
import { keyFolders } from '../probes/key-folders.ts';
import { interpret, type Reading } from '../probes/reading.ts';
import { KEY_FILES, KEY_FOLDERS_UNREAD } from '../probes/recording-reader.ts';
import { aclRequests } from '../probes/requests.ts';
import { type FileSystem, fileSystem } from './file-system.ts';

const MANIFEST = { kind: 'file', path: 'manifest.json' } as const;

/** The evidence folder below `root`, format version 1. A manifest of another version makes everything unreadable. */
export async function evidenceFolder(root: string): Promise<EvidenceReader> {
  const files = fileSystem((path) => join(root, path));
  const manifestRead = await readFile(files, MANIFEST.path);
  const manifest =
    manifestRead.result === 'absent'
      ? known<EvidenceManifest>({ formatVersion: 1 }, MANIFEST)
      : interpret(manifestRead, readEvidenceManifest);
  if (!manifest.known) return unreadable(`manifest.json cannot be used: ${manifest.why}`);

  const keyFiles = await readKeyFiles(files);
  const handshakes = interpret(await readFile(files, 'handshakes.json'), readRecordedHandshakes);
  const places = placesOf(keyFiles.known ? keyFiles.value.paths : []);
  const { identity, collectedAt } = manifest.value;
  const readAt = new Date().toISOString();
  return {
    places,
    collectedAt: () => collectedAt ?? readAt,
    read: async ({ folderFile }) => orFromManifest(await readFile(files, folderFile), folderFile, manifest.value),
    otherAcls: () => readOtherAcls(files, places),
    keyFiles: async () => keyFiles,
    profileCertificates: () => readProfileStores(files),
    identity: async () =>
      identity === undefined ? unknown('the manifest does not say who collected', MANIFEST) : known(identity, MANIFEST),
    handshake: async (endpoint) => recorded(handshakes, endpointKey(endpoint)),
  };
}

async function readFile(files: FileSystem, path: string): Promise<Reading> {
  const source: Source = { kind: 'file', path };
  const read = await files.read(path);
  if (read.result === 'ok') return { result: 'ok', bytes: read.bytes, source };
  if (read.result === 'absent') return { result: 'absent', why: `${path} is not in the folder`, source };
  return { result: read.result, why: `${path} cannot be read: ${read.detail}`, source };
}

/** Every question gets the same reason. */
function unreadable(why: string): EvidenceReader {
  const nothing = async () => unknown<never>(why, MANIFEST);
  const readAt = new Date().toISOString();
  return {
    places: USUAL_PLACES,
    collectedAt: () => readAt,
    read: async ({ folderFile }) => ({ result: 'failed', why, source: { kind: 'file', path: folderFile } }),
    keyFiles: nothing,
    profileCertificates: nothing,
    identity: nothing,
    handshake: nothing,
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

async function readKeyFiles(files: FileSystem): Promise<Known<KeyFiles>> {
  const paths = interpret(await readFile(files, KEY_FILES), (bytes) => parsed(linesIn(bytes)));
  const unread = interpret(await readFile(files, KEY_FOLDERS_UNREAD), (bytes) => parsed(linesIn(bytes)));
  const closed = unread.known ? unread.value : [];
  return andThen(paths, (all, source) => {
    const machine = keyFolders(placesOf(all), []).find(({ path, machine }) => machine && closed.some(same(path)));
    return machine === undefined
      ? known({ paths: all, unread: closed }, source)
      : unknown(`${machine.path} could not be listed`, source);
  });
}

const same = (path: string) => (other: string) => path.toLowerCase() === other.toLowerCase();

const linesIn = (bytes: Uint8Array): readonly string[] =>
  consoleText(bytes)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const USUAL_PLACES: Places = { systemRoot: 'C:\\Windows', programData: 'C:\\ProgramData' };

/** The folder does not say where Windows was; the machine's own key files do, since each server has some. */
function placesOf(paths: readonly string[]): Places {
  const found = paths.map((path) => /^([a-z]:)\\ProgramData\\Microsoft\\Crypto\\/i.exec(path)?.[1]).find(Boolean);
  return found === undefined ? USUAL_PLACES : { systemRoot: `${found}\\Windows`, programData: `${found}\\ProgramData` };
}

/** Saved permissions under names of the sender's own. */
async function readOtherAcls(files: FileSystem, places: Places): Promise<readonly Reading[]> {
  const list = await files.list('acls');
  if (list.result !== 'ok') return [];
  const ours = new Set(aclRequests(places).map(({ request }) => request.folderFile));
  const names = list.files.filter((name) => /\.txt$/i.test(name)).map((name) => `acls/${name}`);
  return Promise.all(names.filter((name) => !ours.has(name)).map((name) => readFile(files, name)));
}

async function readProfileStores(files: FileSystem): Promise<Known<readonly ProfileCertificateFile[]>> {
  const source: Source = { kind: 'file', path: 'profiles' };
  const list = await files.list('profiles');
  if (list.result === 'absent') return unknown('profiles is not in the folder', source);
  if (list.result !== 'ok') return unknown(`profiles cannot be read: ${list.detail}`, source);
  const sids = list.folders.filter((name) => /^S-1-[0-9-]+$/i.test(name));
  const stores = await Promise.all(sids.map((sid) => readProfileStore(files, sid)));
  return known(stores.flat(), source);
}

async function readProfileStore(files: FileSystem, sid: string): Promise<readonly ProfileCertificateFile[]> {
  const folder = `profiles/${sid}/My`;
  const list = await files.list(folder);
  const names = list.result === 'ok' ? list.files : [];
  const read = await Promise.all(names.map(async (name) => ({ name, read: await files.read(`${folder}/${name}`) })));
  return read.flatMap(({ name, read }) => (read.result === 'ok' ? [{ sid, name, bytes: read.bytes }] : []));
}

function recorded(handshakes: Known<ReadonlyMap<string, Handshake>>, key: string): Known<Handshake> | undefined {
  const handshake = handshakes.known ? handshakes.value.get(key) : undefined;
  return handshake === undefined ? undefined : known(handshake, handshakes.source);
}
