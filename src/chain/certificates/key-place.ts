// Where a private key really is, from names alone: no key is opened, because opening it in the session of the person
// who dragged the certificate succeeds and proves nothing for SYSTEM.

import {
  type KeyDirectoryKind,
  type KeyFileParts,
  keyDirectoryKind,
  keyFileNames,
  splitKeyFile,
} from '../../formats/certificates/key-file-name.ts';
import { groupBy, once } from '../../model/once.ts';
import type { KeyProvider } from '../../model/server/certificate.ts';
import type { KeyPlace } from '../../model/server/chain.ts';
import type { Evidence, Profile } from '../../model/server/evidence.ts';
import { type Known, known, type Source, unknown } from '../../model/server/known.ts';

/** Providers that keep keys in files we know. Everything else is hardware or unknown, and is never touched. */
const SOFTWARE_PROVIDERS = new Set([
  'microsoft base cryptographic provider v1.0',
  'microsoft enhanced cryptographic provider v1.0',
  'microsoft strong cryptographic provider',
  'microsoft rsa schannel cryptographic provider',
  'microsoft dh schannel cryptographic provider',
  'microsoft enhanced rsa and aes cryptographic provider',
  'microsoft enhanced rsa and aes cryptographic provider (prototype)',
  'microsoft base dss cryptographic provider',
  'microsoft base dss and diffie-hellman cryptographic provider',
  'microsoft enhanced dss and diffie-hellman cryptographic provider',
  'microsoft software key storage provider',
]);

interface Candidate {
  readonly path: string;
  readonly parts: KeyFileParts;
}

/** The verdict on a certificate's key: one row of the table that joins the key provider property with the files found. */
export function keyPlace(key: KeyProvider | undefined, evidence: Evidence): Known<KeyPlace> {
  if (key === undefined) return known({ at: 'no-link' }, evidence.keyFiles.source);
  const places = placesFound(evidence);
  const place = places.get(key) ?? findPlace(key, evidence);
  places.set(key, place);
  return place;
}

const AT_SIGNATURE = 2;

/**
 * Whether it is a CryptoAPI key for signatures alone, which Schannel does not take for every visitor (AD FS and certificate
 * KeySpec); CNG keys have no such kind.
 */
export const isSignatureOnly = (key: KeyProvider | undefined): boolean =>
  key !== undefined && key.type !== 0 && key.keySpec === AT_SIGNATURE;

const placesFound = once((_evidence: Evidence) => new Map<KeyProvider, Known<KeyPlace>>());

function findPlace(key: KeyProvider, evidence: Evidence): Known<KeyPlace> {
  const { keyFiles, machineGuid } = evidence;
  if (!SOFTWARE_PROVIDERS.has(key.provider.toLowerCase())) {
    return known({ at: 'hardware', provider: key.provider || 'no provider named' }, keyFiles.source);
  }
  if (!keyFiles.known) return keyFiles;
  const found = candidatesFor(key, keyFiles.value.paths);
  if (found.length > 0 && !machineGuid.known) return machineGuid;
  const guid = machineGuid.known ? machineGuid.value.toLowerCase() : '';
  const ours = found.filter((file) => file.parts.guid === guid);
  const mayLieIn = (folder: string) =>
    unknown<KeyPlace>(`${folder} could not be listed, so the key may lie there`, keyFiles.source);
  const place = placeOf(key, ours, evidence);
  const closed = keyFiles.value.unread.filter((folder) => isBefore(keyDirectoryKind(folder), key, place));
  if (closed[0] !== undefined) return mayLieIn(closed[0]);
  if (place !== undefined) return known(place, whereItLies(place, keyFiles.source));
  const foreign = found.find((file) => file.parts.directoryKind === 'machine');
  if (foreign !== undefined) {
    const other: KeyPlace = { at: 'other-machine-guid', file: foreign.path };
    return known(other, whereItLies(other, keyFiles.source));
  }
  const unread = keyFiles.value.unread.find((folder) => !key.machineKeyset || !isSystems(folder));
  if (unread !== undefined) return mayLieIn(unread);
  if (!keyFileNames(key).certain)
    return unknown('the file name of a container with letters outside ASCII is not certain', keyFiles.source);
  return known({ at: key.machineKeyset ? 'lost-machine-key' : 'lost-user-key' }, keyFiles.source);
}

/** The folder of the file, which may be a profile's, where this server's own folders were listed; else the list that was read. */
function whereItLies(place: KeyPlace, listed: Source): Source {
  const ofServer = listed.kind === 'file' && /^[a-z]:\\/i.test(listed.path);
  return ofServer && 'file' in place
    ? { kind: 'file', path: place.file.slice(0, place.file.lastIndexOf('\\')) }
    : listed;
}

/**
 * Whether a folder that nobody could list, of the machine or of SYSTEM, decides before the place that was found, or in its
 * stead. SYSTEM's decides nothing of a machine key, and not whether a key lies where it was found.
 */
function isBefore(kind: KeyDirectoryKind, { machineKeyset }: KeyProvider, found: KeyPlace | undefined): boolean {
  if (kind === 'machine') return found === undefined || found.at === 'user';
  return kind === 'system' && !machineKeyset && found === undefined;
}

const isSystems = (folder: string): boolean => keyDirectoryKind(folder) === 'system';

/** The row of the table that the files decide; undefined when none of them does. */
function placeOf(key: KeyProvider, files: readonly Candidate[], evidence: Evidence): KeyPlace | undefined {
  const inMachine = files.find((file) => file.parts.directoryKind === 'machine');
  const inSystem = files.find((file) => file.parts.directoryKind === 'system');
  const inUser = files.find((file) => file.parts.directoryKind === 'user' || file.parts.directoryKind === 'service');
  if (key.machineKeyset) {
    if (inMachine !== undefined) return { at: 'machine', file: inMachine.path };
    return inUser === undefined ? undefined : userPlace(inUser, true, evidence);
  }
  // A key imported by SYSTEM as a user key has been seen among the machine's keys too (dotnet/runtime issue 97121), so
  // both machine-side places are looked at before a profile is.
  if (inSystem !== undefined) return { at: 'system', file: inSystem.path };
  if (inMachine !== undefined) return { at: 'machine-mislabelled', file: inMachine.path };
  return inUser === undefined ? undefined : userPlace(inUser, false, evidence);
}

function userPlace(file: Candidate, mislabelled: boolean, evidence: Evidence): KeyPlace {
  return { at: 'user', file: file.path, profile: ownerOf(file, evidence), storage: file.parts.storage, mislabelled };
}

/** The profile that the file lies in: by the profile list, else by what the path itself says. */
function ownerOf(file: Candidate, evidence: Evidence): Profile | undefined {
  const profiles = evidence.profiles.known ? evidence.profiles.value : [];
  const path = file.path.toLowerCase();
  const listed =
    profiles.find((profile) => profile.sid === file.parts.sid) ??
    profiles.find((profile) => path.startsWith(`${profile.path.toLowerCase()}\\`));
  if (listed !== undefined) return listed;
  if (file.parts.sid === undefined || file.parts.profilePath === undefined) return undefined;
  return {
    sid: file.parts.sid,
    path: file.parts.profilePath,
    name: file.parts.profilePath.slice(file.parts.profilePath.lastIndexOf('\\') + 1),
  };
}

/**
 * All files whose name this key may have. A CNG key is looked for under both algorithms: the key storage provider falls
 * back to the CryptoAPI container ("Key Storage and Retrieval", Microsoft).
 */
function candidatesFor(key: KeyProvider, paths: readonly string[]): readonly Candidate[] {
  const { capi, cng } = keyFileNames(key);
  const byDigits = indexed(paths);
  return [...new Set([...capi, ...cng])].flatMap((digits) => byDigits.get(digits) ?? []);
}

const indexed = once((paths: readonly string[]) => {
  const files: Candidate[] = [];
  for (const path of paths) {
    const parts = splitKeyFile(path);
    if (parts !== undefined) files.push({ path, parts });
  }
  return groupBy(files, ({ parts }) => parts.digits);
});
