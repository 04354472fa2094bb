// certutil -repairstore: finds the key that belongs to a certificate, and links it again.

import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type KeyProvInfo, MACHINE_KEYSET, matchEntry, type StoreEntry } from '../../certificates/store.ts';
import { PROPERTY, withProperty } from '../../certificates/store-entry.ts';
import { encodeKeyProvInfo } from '../../keys/key-prov-info.ts';
import { type KeyStorage, listKeys, ownScope } from '../../keys/keys.ts';
import { softwareProvider } from '../../keys/providers.ts';
import { keySddl, setKeySddl } from '../../permissions/acls.ts';
import { mayRead } from '../../permissions/sddl.ts';
import type { Caller } from '../../program.ts';
import type { LabServer } from '../../server.ts';
import { answerOf } from '../../unknowns.ts';
import type { CertutilCall } from './arguments.ts';
import { certificateBlock } from './certificate-text.ts';
import { E_ACCESSDENIED, E_INVALIDARG, FILE_NOT_FOUND, NTE_NOT_FOUND, type Outcome } from './outcome.ts';
import { withInf } from './property-inf.ts';
import { storePlace } from './store-place.ts';

/**
 * -repairstore Store CertId [INF | SDDL]: looks in the machine's keyset, with -user in the caller's own, never in anybody
 * else's. With an SDDL it sets the key's descriptor too. With an INF it sets the properties that this says, and looks for
 * nothing: written from the documentation, as no transcript shows it.
 */
export function repairStore(server: LabServer, caller: Caller, call: CertutilCall): Outcome {
  const [store = '', token = '', third] = call.operands;
  const sddl = third !== undefined && /^([OGD]:.*)+$/.test(third) ? third : undefined;
  const { header, entries, writable, put } = storePlace(server, caller, call, store);
  if (!entries) return { lines: [header], failed: FILE_NOT_FOUND };
  const entry = matchEntry(entries, token);
  if (!entry) return { lines: [header], failed: NTE_NOT_FOUND };
  if (!writable) return { lines: [header], failed: E_ACCESSDENIED };
  const index = entries.indexOf(entry);
  const block = (shown: StoreEntry) => [header, ...certificateBlock(server, caller, index, shown)];
  if (third !== undefined && sddl === undefined) {
    const bytes = server.disk.read(third);
    if (!bytes) return { lines: [header], failed: FILE_NOT_FOUND };
    const told = withInf(entry, bytes);
    if (!told) return { lines: [header], failed: E_INVALIDARG };
    put(told);
    return { lines: block(told) };
  }
  const found = findKey(server, caller, call, new X509Certificate(entry.der).publicKey);
  if (!found) {
    if (answerOf(server.facts, 'repair-without-a-key') === 'asks') return 'hangs';
    return { lines: block(entry), failed: NTE_NOT_FOUND };
  }
  const isKept = entry.key !== undefined && answerOf(server.facts, 'repair-of-a-link') === 'left-alone';
  const repaired = isKept ? entry : withProperty(entry, PROPERTY.keyProvInfo, encodeKeyProvInfo(found.info));
  put(repaired);
  if (sddl !== undefined) setKeySddl(server, found.file, sddl);
  return { lines: block(repaired) };
}

function findKey(
  server: LabServer,
  caller: Caller,
  call: CertutilCall,
  publicKey: KeyObject,
): { readonly info: KeyProvInfo; readonly file: string } | undefined {
  const scope = call.flags.has('user') ? ownScope(server, caller) : 'machine';
  if (!scope) return undefined;
  const flags = scope === 'machine' ? MACHINE_KEYSET : 0;
  for (const { storage, ...provider } of providersToSearch(call.provider)) {
    const key = listKeys(server, scope, storage).find(
      ({ file, privateKey }) =>
        (scope !== 'machine' || mayRead(keySddl(server, file), caller)) &&
        createPublicKey(privateKey).equals(publicKey),
    );
    if (key) return { info: { ...provider, container: key.container, flags }, file: key.file };
  }
  return undefined;
}

interface Searched extends Pick<KeyProvInfo, 'provider' | 'type' | 'keySpec'> {
  readonly storage: KeyStorage;
}

function providersToSearch(named: string | undefined): readonly Searched[] {
  const names =
    named === undefined
      ? ['Microsoft RSA SChannel Cryptographic Provider', 'Microsoft Software Key Storage Provider']
      : [named];
  return names.flatMap((name) => {
    const found = softwareProvider(name);
    if (!found) return [];
    return [{ provider: found.name, type: found.type, storage: found.storage, keySpec: found.type === 0 ? 0 : 1 }];
  });
}
