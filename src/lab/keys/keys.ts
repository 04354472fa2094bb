// Key containers as files with the names and in the folders that Windows uses. What is in a file is the lab's own:
// on Windows DPAPI seals it, here the owner's SID stands beside the key, and `openKey` keeps to it.

import { createHash, type KeyObject } from 'node:crypto';
import { keySddl, setKeySddl } from '../permissions/acls.ts';
import { mayRead } from '../permissions/sddl.ts';
import type { Caller } from '../program.ts';
import type { LabServer, LabUser } from '../server.ts';
import { answerOf } from '../unknowns.ts';
import { type KeyProvInfo, MACHINE_KEYSET } from './key-prov-info.ts';
import { softwareProvider } from './providers.ts';
import { readKey } from './read-key.ts';

/** Whose keyset: the machine's, SYSTEM's own, or a user's. */
export type KeyScope = 'machine' | 'system' | LabUser;

/** CryptoAPI container (CSP) or CNG key (KSP). */
export type KeyStorage = 'capi' | 'cng';

/** A container to make. */
export interface NewKey {
  readonly container: string;
  readonly storage: KeyStorage;
  readonly scope: KeyScope;
  readonly exportable: boolean;
  readonly privateKey: KeyObject;
}

/** A key that opened, or the HRESULT that the caller gets. */
export type OpenedKey =
  | {
      readonly ok: true;
      readonly privateKey: KeyObject;
      readonly exportable: boolean;
      /** Full path of the key file. */
      readonly file: string;
      /** The name it was made under, also when it was opened by its file's name. */
      readonly container: string;
    }
  | { readonly ok: false; readonly hresult: number };

const NTE_BAD_KEYSET = 0x80090016;
const NTE_BAD_KEY_STATE = 0x8009000b;
const NTE_PERM = 0x80090010;

/** What a key file of the lab holds. */
interface KeyFile {
  readonly container: string;
  /** `machine`, or the SID whose logon unseals it. */
  readonly owner: string;
  readonly exportable: boolean;
  /** PKCS#8, PEM. */
  readonly pkcs8: string;
}

/** Makes a container and returns the full path of its file. */
export function makeKey(server: LabServer, key: NewKey): string {
  const folder = keyFolder(key.scope, key.storage);
  const path = `${folder}\\${keyFileName(key.container, key.storage, server.facts.machineGuid)}`;
  const content: KeyFile = {
    container: key.container,
    owner: ownerOf(key.scope),
    exportable: key.exportable,
    pkcs8: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  server.disk.makeFolder(folder);
  server.disk.write(path, Buffer.from(`${JSON.stringify(content, null, 2)}\n`));
  return path;
}

/**
 * Opens the key that a store entry names, as the caller: with the machine flag among the machine's keys, without it
 * among the caller's OWN keys, whoever put the entry there. That is why a dragged certificate works for its owner only.
 */
export function openKey(server: LabServer, caller: Caller, info: KeyProvInfo): OpenedKey {
  const scope = scopeFor(server, caller, info);
  const file = scope && findKeyFile(server, scope, info);
  const content = file && keyFile(server, file);
  if (!scope || !file || !content) return { ok: false, hresult: NTE_BAD_KEYSET };
  if (scope === 'machine' && !mayRead(keySddl(server, file), caller)) return { ok: false, hresult: NTE_PERM };
  // Somebody else's file, copied here: it is found, and DPAPI does not unseal it.
  if (content.owner !== ownerOf(scope)) return { ok: false, hresult: NTE_BAD_KEY_STATE };
  // DPAPI unseals a user's key with what only a logon with the password brings.
  if (caller.withoutPassword && scope !== 'machine') {
    const answer = answerOf(server.facts, 'key-without-the-password');
    if (answer !== 'opens') return { ok: false, hresult: answer === 'no-permission' ? NTE_PERM : NTE_BAD_KEY_STATE };
  }
  const { exportable, container } = content;
  return { ok: true, privateKey: readKey(content.pkcs8), exportable, file, container };
}

/** Deletes the container that `openKey` would open; returns its file, or undefined when there is none to delete. */
export function deleteKey(server: LabServer, caller: Caller, info: KeyProvInfo): string | undefined {
  const scope = scopeFor(server, caller, info);
  const file = scope && findKeyFile(server, scope, info);
  if (!file) return undefined;
  server.disk.remove(file);
  setKeySddl(server, file, undefined);
  return file;
}

/** The containers of one keyset, with their files; files that are not the lab's are left out. */
export function listKeys(
  server: LabServer,
  scope: KeyScope,
  storage: KeyStorage,
): readonly { readonly container: string; readonly file: string; readonly privateKey: KeyObject }[] {
  const folder = keyFolder(scope, storage);
  return (server.disk.list(folder)?.files ?? []).flatMap((name) => {
    const content = keyFile(server, `${folder}\\${name}`);
    if (!content) return [];
    return [{ container: content.container, file: `${folder}\\${name}`, privateKey: readKey(content.pkcs8) }];
  });
}

/** The folder of a keyset (Microsoft: "Key Storage and Retrieval"). */
export function keyFolder(scope: KeyScope, storage: KeyStorage): string {
  const machine = 'C:\\ProgramData\\Microsoft\\Crypto';
  if (scope === 'machine') return storage === 'capi' ? `${machine}\\RSA\\MachineKeys` : `${machine}\\Keys`;
  if (scope === 'system') return storage === 'capi' ? `${machine}\\RSA\\S-1-5-18` : `${machine}\\SystemKeys`;
  const user = `${scope.profile}\\AppData\\Roaming\\Microsoft\\Crypto`;
  return storage === 'capi' ? `${user}\\RSA\\${scope.sid}` : `${user}\\Keys`;
}

/**
 * `<32 hex>_<MachineGuid>`: MD5 of the lower-case container name with its NUL, ANSI for CryptoAPI and UTF-16 for CNG,
 * printed as four little endian numbers.
 */
export function keyFileName(container: string, storage: KeyStorage, machineGuid: string): string {
  const name = Buffer.from(`${container.toLowerCase()}\0`, storage === 'capi' ? 'latin1' : 'utf16le');
  return `${createHash('md5').update(name).digest().swap32().toString('hex')}_${machineGuid}`;
}

/** In whose keyset a caller ends up; undefined where there is nothing to open. */
function scopeFor(server: LabServer, caller: Caller, info: KeyProvInfo): KeyScope | undefined {
  if (!softwareProvider(info.provider)) return undefined;
  return info.flags & MACHINE_KEYSET ? 'machine' : ownScope(server, caller);
}

/** The caller's own keyset; undefined for somebody without an account here. */
export function ownScope(server: LabServer, caller: Caller): 'system' | LabUser | undefined {
  if (caller.sid === 'S-1-5-18') return 'system';
  return [server.facts.owner, server.facts.otherAdmin].find(({ sid }) => sid === caller.sid);
}

/** A CNG name leads to the CNG file first, then to a CryptoAPI container; a name that is a file name already, to itself. */
function findKeyFile(server: LabServer, scope: KeyScope, info: KeyProvInfo): string | undefined {
  const storages: readonly KeyStorage[] = info.type === 0 ? ['cng', 'capi'] : ['capi'];
  const literal = /^[0-9a-f]{32}_[0-9a-f-]{36}$/i.test(info.container) ? [info.container] : [];
  const candidates = storages.flatMap((storage) =>
    [...literal, keyFileName(info.container, storage, server.facts.machineGuid)].map(
      (name) => `${keyFolder(scope, storage)}\\${name}`,
    ),
  );
  return candidates.find((path) => server.disk.read(path) !== undefined);
}

function keyFile(server: LabServer, path: string): KeyFile | undefined {
  try {
    const content = JSON.parse(server.disk.text(path) ?? '') as KeyFile;
    return typeof content.pkcs8 === 'string' ? content : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function ownerOf(scope: KeyScope): string {
  if (scope === 'machine') return 'machine';
  return scope === 'system' ? 'S-1-5-18' : scope.sid;
}
