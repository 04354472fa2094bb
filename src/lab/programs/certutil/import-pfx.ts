// certutil -importPFX.

import { createPublicKey, type KeyObject, randomUUID, X509Certificate } from 'node:crypto';
import { certificateParts, isSelfSigned } from '../../certificates/certificate-parts.ts';
import {
  entryFrom,
  findEntry,
  type KeyProvInfo,
  MACHINE_KEYSET,
  putEntry,
  type StoreEntry,
} from '../../certificates/store.ts';
import { PROPERTY, withProperty } from '../../certificates/store-entry.ts';
import { type KeyScope, makeKey, ownScope } from '../../keys/keys.ts';
import { softwareProvider } from '../../keys/providers.ts';
import type { Caller } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { answerOf } from '../../unknowns.ts';
import type { CertutilCall } from './arguments.ts';
import { simpleName } from './distinguished-name.ts';
import { parseModifiers } from './modifiers.ts';
import {
  CRYPT_E_EXISTS,
  CRYPT_E_SELF_SIGNED,
  diskFailure,
  E_ACCESSDENIED,
  E_INVALIDARG,
  FILE_NOT_FOUND,
  INVALID_DATA,
  INVALID_PASSWORD,
  NTE_NOT_SUPPORTED,
  type Outcome,
} from './outcome.ts';
import { isAes, readPfx } from './pfx.ts';
import { storePlace } from './store-place.ts';

/** -importPFX [Store] File [Modifiers]: into the machine's store and keyset, with -user into the caller's own. */
export function importPfx(server: LabServer, caller: Caller, call: CertutilCall): Outcome {
  const { store, file, modifierText } = operandsOf(call.operands);
  const modifiers = parseModifiers(modifierText, 'import');
  if (!modifiers) return { lines: [], failed: E_INVALIDARG };
  const bytes = server.disk.read(file);
  if (!bytes) return { lines: [], failed: FILE_NOT_FOUND };
  if (call.password === undefined) return 'hangs';
  if (isAes(bytes) && answerOf(server.facts, 'aes-pfx') === 'hangs') return 'hangs';
  const read = readPfx(bytes, call.password, server.facts.osBuild);
  if (!read.ok) return { lines: [], failed: read.why === 'password' ? INVALID_PASSWORD : INVALID_DATA };

  const place = storePlace(server, caller, call, store);
  const scope = call.flags.has('user') ? ownScope(server, caller) : 'machine';
  if (!place.writable || !scope) return { lines: [], failed: E_ACCESSDENIED };
  const { certificates, privateKey, friendlyName } = read.content;
  const keyHome = newKeyHome(call.provider, modifiers);
  if (privateKey && !keyHome) return { lines: [], failed: NTE_NOT_SUPPORTED };

  const leaf = certificates.find((der) => privateKey && belongs(der, privateKey)) ?? certificates[0];
  const isDoubtful = modifiers.has('noroot') && leaf !== undefined && isSelfSigned(leaf);
  if (isDoubtful && answerOf(server.facts, 'import-self-signed') === 'refused')
    return { lines: [], failed: CRYPT_E_SELF_SIGNED };
  try {
    const exportable = !modifiers.has('noexport');
    const key = privateKey && keyHome && storeKey(server, scope, keyHome, privateKey, exportable);
    if (!leaf || modifiers.has('nocert')) return { lines: [] };
    const imported = entryFrom(leaf, key, friendlyName);
    const existing = place.entries?.find(({ thumbprint }) => thumbprint === imported.thumbprint);
    const over = existing && answerOf(server.facts, 'import-over-entry');
    if (over === 'refused') return { lines: [], failed: CRYPT_E_EXISTS };
    place.put(existing && over === 'key-link-stays' ? inheriting(imported, existing) : imported);
  } catch (error) {
    return { lines: [], failed: diskFailure(error) };
  }
  if (!modifiers.has('nochain')) {
    for (const der of certificates) if (der !== leaf) addIssuer(server, der, !modifiers.has('noroot'));
  }
  return { lines: [`Certificate "${simpleName(certificateParts(leaf).subject)}" added to store.`, ''] };
}

/** With two operands the second one may be the file, or the modifiers of the first. */
function operandsOf(operands: readonly string[]): {
  readonly store: string;
  readonly file: string;
  readonly modifierText: string;
} {
  const [first = '', second = '', third = ''] = operands;
  if (operands.length === 1 || (operands.length === 2 && parseModifiers(second, 'import'))) {
    return { store: 'My', file: first, modifierText: second };
  }
  return { store: first, file: second, modifierText: third };
}

type KeyHome = Pick<KeyProvInfo, 'provider' | 'type' | 'keySpec'> & { readonly storage: 'capi' | 'cng' };

/** The provider that gets the key; undefined for one that takes none from outside (TPM, smart card). */
function newKeyHome(named: string | undefined, modifiers: ReadonlyMap<string, string>): KeyHome | undefined {
  const usual = modifiers.has('at_keyexchange')
    ? 'Microsoft RSA SChannel Cryptographic Provider'
    : 'Microsoft Enhanced Cryptographic Provider v1.0';
  const found = softwareProvider(named ?? usual);
  if (!found) return undefined;
  const keySpec = modifiers.has('at_signature') ? 2 : 1;
  return { provider: found.name, type: found.type, storage: found.storage, keySpec: found.type === 0 ? 0 : keySpec };
}

function storeKey(
  server: LabServer,
  scope: KeyScope,
  { storage, ...home }: KeyHome,
  privateKey: KeyObject,
  exportable: boolean,
): KeyProvInfo {
  const container = `{${randomUUID().toUpperCase()}}`;
  makeKey(server, { container, storage, scope, exportable, privateKey });
  return { ...home, container, flags: scope === 'machine' ? MACHINE_KEYSET : 0 };
}

/**
 * Which way certutil adds over an existing entry is not documented. This is the way that hurts:
 * CERT_STORE_ADD_REPLACE_EXISTING_INHERIT_PROPERTIES, which lets the entry keep pointing at the old key. A repair that
 * does not delete the entry first, or does not look afterwards, fails here.
 */
function inheriting(imported: StoreEntry, existing: StoreEntry): StoreEntry {
  let entry = imported;
  for (const id of [PROPERTY.keyProvInfo, PROPERTY.friendlyName]) {
    const old = existing.properties.get(id);
    if (old) entry = withProperty(entry, id, old);
  }
  return entry;
}

/** A certificate of the chain goes to the machine's Root or CA store, unless it is there. */
function addIssuer(server: LabServer, der: Buffer, withRoot: boolean): void {
  const isRoot = isSelfSigned(der);
  if (isRoot && !withRoot) return;
  const store = isRoot ? 'Root' : 'CA';
  const entry = entryFrom(der);
  if (!findEntry(server, store, entry.thumbprint)) putEntry(server, store, entry);
}

function belongs(der: Buffer, privateKey: KeyObject): boolean {
  return new X509Certificate(der).publicKey.equals(createPublicKey(privateKey));
}
