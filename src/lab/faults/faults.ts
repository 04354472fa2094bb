// The faults that a lab can be given, by the id of the playbook that heals each.

import type { KeyObject } from 'node:crypto';
import { callerOf } from '../callers.ts';
import { MACHINE_KEYSET, putEntry, readStore } from '../certificates/store.ts';
import { PROPERTY, withProperty } from '../certificates/store-entry.ts';
import { appliedConfig, CONFIG_PATH, decodedConfig } from '../config/applied-config.ts';
import { hashEntry, withStaleEntry } from '../config/config-entry.ts';
import { removeRecord } from '../http/http-api.ts';
import { readRecords } from '../http/http-sys.ts';
import { credentialOf, keepCredential } from '../keys/credentials.ts';
import { encodeKeyProvInfo } from '../keys/key-prov-info.ts';
import { deleteKey, makeKey, openKey } from '../keys/keys.ts';
import type { LabServer } from '../server.ts';
import { runAboMapper } from '../services/abo-mapper.ts';
import { breakChain } from './chain-faults.ts';
import { certificateInUse, configOf, httpsSites, recordsOf } from './in-use.ts';
import { closeKey, loseKeyLink, makeSignatureOnly } from './key-faults.ts';
import { LabFaultError } from './lab-fault-error.ts';
import { leaveRenewalUnbound } from './renewal-fault.ts';
import {
  askLate,
  bindToCentralStore,
  bindWrongName,
  shadowRecord,
  stopWebService,
  turnAway,
} from './visitor-faults.ts';

export { LabFaultError };

const FAULTS: ReadonlyMap<string, (server: LabServer, keyPool?: () => KeyObject) => void> = new Map([
  ['stranded-key', strandKey],
  ['stale-hash', insertStaleHash],
  ['lost-binding', loseBinding],
  ['lost-key-link', loseKeyLink],
  ['closed-key', closeKey],
  ['signature-only-key', makeSignatureOnly],
  ['not-listening', stopWebService],
  ['broken-chain', breakChain],
  ['no-common-tls', turnAway],
  ['central-store', bindToCentralStore],
  ['wrong-name', bindWrongName],
  ['shadowing-record', shadowRecord],
  ['late-client-certificate', askLate],
  ['superseded-certificate', leaveRenewalUnbound],
]);

/** Faults that show only to somebody who has seen the server healthy: `createLab` takes none of these. */
const CHANGES: typeof FAULTS = new Map([['overwritten-record', overwriteRecord]]);

/** Faults that no repair mends yet: they may be given, and are not listed. Each moves up with its repair. */
const AHEAD: typeof FAULTS = new Map([]);

/** The ids of what is wrong by itself, and of what is wrong only in comparison with before. */
export const faultIds: readonly string[] = [...FAULTS.keys()];
export const changeIds: readonly string[] = [...CHANGES.keys()];

/** True for what `createLab` can break a server with. */
export const isFault = (id: string): boolean => FAULTS.has(id) || AHEAD.has(id);

/** For an id that no lab knows. */
export const noSuchFault = (id: string): LabFaultError =>
  new LabFaultError(`There is no fault "${id}"; a lab knows ${[...faultIds, ...changeIds].join(', ')}.`);

/** Breaks the server in memory and its files on disk; `save` is the caller's. `keyPool` as a new lab has it. Throws LabFaultError. */
export function applyFault(server: LabServer, id: string, keyPool?: () => KeyObject): void {
  const fault = FAULTS.get(id) ?? CHANGES.get(id) ?? AHEAD.get(id);
  if (fault === undefined) throw noSuchFault(id);
  fault(server, keyPool);
}

/**
 * What dragging a certificate from the owner's store into the computer's leaves: the entry arrives with the key property
 * of a user's key, the key stays in the owner's profile. The record was made in the owner's session, so http.sys has a
 * credential until the next reboot.
 */
function strandKey(server: LabServer): void {
  const { store, entry } = certificateInUse(server);
  const info = entry.key;
  const opened = info && openKey(server, callerOf(server, 'system'), info);
  if (!info || !opened?.ok) throw new LabFaultError('The first https site has no certificate with a key to strand.');
  for (const record of readRecords(server)) {
    const credential = record.thumbprint === entry.thumbprint ? credentialOf(server, record) : undefined;
    if (credential !== undefined) keepCredential(server, record, credential);
  }
  deleteKey(server, callerOf(server, 'system'), info);
  const storage = info.type === 0 ? 'cng' : 'capi';
  const { owner } = server.facts;
  makeKey(server, {
    container: info.container,
    storage,
    scope: owner,
    exportable: true,
    privateKey: opened.privateKey,
  });
  const users = encodeKeyProvInfo({ ...info, flags: info.flags & ~MACHINE_KEYSET });
  putEntry(server, store, withProperty(entry, PROPERTY.keyProvInfo, users));
}

/** The very entry of the article, for the first site with an https binding. HTTPS ends when the ABO mapper next runs. */
function insertStaleHash(server: LabServer): void {
  const bytes = server.disk.read(CONFIG_PATH) ?? Buffer.alloc(0);
  const site = httpsSites(appliedConfig(bytes))[0];
  if (site === undefined) throw new LabFaultError('No site has an https binding, so a stale hash would harm nothing.');
  const { text, encode } = decodedConfig(bytes);
  server.disk.write(CONFIG_PATH, encode(withStaleEntry(text, site.id)));
}

/**
 * A program with IIS 6 interfaces writes a good hash for the first https site, and the mapper runs: the record is made
 * plain, and names another certificate where it had no settings that it could lose.
 */
function overwriteRecord(server: LabServer): void {
  const bytes = server.disk.read(CONFIG_PATH) ?? Buffer.alloc(0);
  const site = httpsSites(appliedConfig(bytes))[0];
  const record = site && recordsOf(server, site)[0];
  if (site === undefined || record === undefined)
    throw new LabFaultError('No https binding has a record that the mapper could overwrite.');
  const plain = record.flags === 0 && record.checkMode === 0 && record.urlTimeout === 0;
  const other = readStore(server, 'MY')?.find(({ thumbprint }) => thumbprint !== record.thumbprint);
  const hash = plain ? other?.thumbprint : record.thumbprint;
  if (hash === undefined) throw new LabFaultError('The server has no second certificate that the mapper could bind.');
  const { text, encode } = decodedConfig(bytes);
  const entry = hashEntry(Buffer.from(hash, 'hex').toString('base64'));
  server.disk.write(CONFIG_PATH, encode(withStaleEntry(text, site.id, entry)));
  runAboMapper(server);
}

/** The state that the mapper leaves behind: the binding of the last https site stands, its record is gone. */
function loseBinding(server: LabServer): void {
  const sites = httpsSites(configOf(server)).toReversed();
  const record = sites.flatMap((site) => recordsOf(server, site))[0];
  if (record === undefined) throw new LabFaultError('No https binding has a record that could be lost.');
  removeRecord(server, record.table, record.endpoint);
}
