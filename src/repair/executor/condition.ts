// Tests a statement about a machine by reading just what it speaks of, anew each time.

import { isDeepStrictEqual } from 'node:util';
import { entryNamed, storeSource } from '../../chain/certificates/certificates.ts';
import { isSignatureOnly, keyPlace } from '../../chain/certificates/key-place.ts';
import { READ_DATA } from '../../chain/certificates/usable.ts';
import { digest } from '../../chain/memory/fingerprint.ts';
import { recordAt } from '../../chain/records/records.ts';
import { collectOnly } from '../../evidence/collect.ts';
import { doorsOf, surroundings } from '../../evidence/doors.ts';
import { greetDoors } from '../../evidence/greet.ts';
import { liveReader } from '../../evidence/readers/live-reader.ts';
import { sourceReader } from '../../evidence/readers/read-source.ts';
import { grants, isSameAccess, isSameForOthers } from '../../formats/acl/access.ts';
import { readIcaclsSave } from '../../formats/acl/icacls-save.ts';
import { readSddl, type Sddl } from '../../formats/acl/sddl.ts';
import { addressOf } from '../../formats/http-sys/endpoint.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Condition } from '../../model/repair/plan.ts';
import type { StoreCertificate } from '../../model/server/certificate.ts';
import { endpointKey, type Greeted, type ServiceRun, SYSTEM_SID } from '../../model/server/evidence.ts';
import { andThen, type Known, known, type Source, unknown } from '../../model/server/known.ts';
import { type SslRecord, strangeValues } from '../../model/server/ssl-record.ts';
import { saveAcl } from '../../windows-commands/icacls.ts';
import { showCommand } from '../../windows-commands/shown-command.ts';

/** Whether the condition holds now; unknown where it could not be read, which never counts as done. */
export async function holdsNow(condition: Condition, machine: Machine): Promise<Known<boolean>> {
  switch (condition.kind) {
    case 'record-is': {
      const record = await recordNow(condition.record.endpoint, machine);
      return andThen(record, (found, source) => known(isRecord(found, condition), source));
    }
    case 'record-absent':
      return andThen(await recordNow(condition.endpoint, machine), (found, source) =>
        known(found === undefined, source),
      );
    case 'serves':
      return servesNow(condition.record, machine);
    case 'entry-is': {
      const entry = await entryOf(condition, machine);
      return andThen(entry, (found, source) =>
        known(found !== undefined && digest(found.blob) === condition.sha256, source),
      );
    }
    case 'store-lacks':
      return andThen(await entryOf(condition, machine), (found, source) => known(found === undefined, source));
    case 'store-has':
      return andThen(await entryOf(condition, machine), (found, source) => known(found !== undefined, source));
    case 'machine-key':
      return machineKeyNow(condition, machine);
    case 'system-may-read':
    case 'acl-is':
      return andThen(await aclOf(condition.path, machine), (now, source) => known(isAsSaid(now, condition), source));
    case 'file-is':
      return fileState(condition.path, machine, (bytes) => bytes !== undefined && digest(bytes) === condition.sha256);
    case 'file-present':
      return fileState(condition.path, machine, (bytes) => bytes !== undefined && bytes.length > 0);
    case 'file-absent':
      return fileState(condition.path, machine, (bytes) => bytes === undefined);
    case 'folder-absent':
      return folderIsAbsent(condition.path, machine);
    case 'service-is':
      return andThen(await serviceNow(condition.service, machine), ({ state }, source) =>
        known(state === (condition.running ? RUNNING : STOPPED), source),
      );
    case 'action-succeeds':
      return known(false, { kind: 'file', path: '' });
  }
}

/**
 * Whether the record is as it should be and visitors get its certificate. One who does proves that it serves: another record that answers at another
 * address is no fault of this one, and the diagnosis afterwards judges every visitor.
 */
async function servesNow(record: SslRecord, machine: Machine): Promise<Known<boolean>> {
  const { endpoint, thumbprint } = record;
  const around = await collectOnly(liveReader(machine), ['addresses', 'records', 'listenList']);
  if (!around.records.known) return around.records;
  const { value, source } = around.records;
  if (!isRecord(recordAt(value, endpoint), { kind: 'record-is', record })) return known(false, source);
  const names = [endpoint.table === 'sni' ? addressOf(endpoint) : ''];
  const doors = doorsOf(endpoint, { names, through: [] }, surroundings(around, []));
  const greeted = await greetDoors(doors, machine.handshake);
  const gets = ({ got }: Greeted) =>
    got.known && got.value.outcome === 'certificate' && got.value.thumbprint === thumbprint;
  const unasked = greeted.find(({ got }) => !got.known)?.got;
  if (unasked !== undefined && !greeted.some(gets)) return andThen(unasked, () => known(false, source));
  return known(greeted.some(gets), { kind: 'handshake', endpoint: endpoint.name });
}

function isRecord(
  found: SslRecord | undefined,
  { record, midway }: Extract<Condition, { kind: 'record-is' }>,
): boolean {
  if (found === undefined) return midway !== undefined;
  return [record, ...(midway ?? [])].some((each) => sameRecord(found, each));
}

/**
 * Every setting is the same; spelling of store and host name aside, which Windows does not mind. What it has beside them under
 * a name that nobody here knows is http.sys's own: no repair deletes a record that has such a value.
 */
function sameRecord(found: SslRecord, wanted: SslRecord): boolean {
  const plain = (record: SslRecord) => ({
    ...record,
    notUnderstood: [],
    endpoint: endpointKey(record.endpoint),
    store: (record.store || 'MY').toUpperCase(),
  });
  const lacks = wanted.notUnderstood.some((each) => !found.notUnderstood.includes(each));
  const misread = found.notUnderstood.some(
    (each) => !wanted.notUnderstood.includes(each) && !strangeValues(found).includes(each),
  );
  return !lacks && !misread && isDeepStrictEqual(plain(found), plain(wanted));
}

/** The record of an endpoint, as it is now. */
export async function recordNow(
  endpoint: SslRecord['endpoint'],
  machine: Machine,
): Promise<Known<SslRecord | undefined>> {
  const { value } = await sourceReader(liveReader(machine))('records');
  return andThen(value, (all, source) => known(recordAt(all, endpoint), source));
}

const STOPPED = 1;
const RUNNING = 4;

/** A service that is watched, as it is now. */
export async function serviceNow(service: string, machine: Machine): Promise<Known<ServiceRun>> {
  const { value } = await sourceReader(liveReader(machine))('serviceRuns');
  return andThen(value, (all, source) => {
    const run = all.get(service);
    return run === undefined ? unknown(`the state of ${service} was not read`, source) : known(run, source);
  });
}

interface EntryName {
  readonly store: string;
  readonly thumbprint: string;
}

/** A store entry, as it is now. */
export async function entryOf(
  { store, thumbprint }: EntryName,
  machine: Machine,
): Promise<Known<StoreCertificate | undefined>> {
  const name = storeSource(store);
  if (name === undefined) return unknown(`the store ${store} is not one that is read`, { kind: 'file', path: '' });
  const { value, entries = [] } = await sourceReader(liveReader(machine))(name);
  return andThen(value, (certificates, source) =>
    entryNamed(thumbprint, { certificates, unreadable: entries }, source),
  );
}

async function machineKeyNow(
  { midway, ...name }: Extract<Condition, { kind: 'machine-key' }>,
  machine: Machine,
): Promise<Known<boolean>> {
  const evidence = await collectOnly(liveReader(machine), ['machineGuid', 'profiles', 'keyFiles']);
  return andThen(await entryOf(name, machine), (found, source) => {
    if (found === undefined) return known(false, source);
    if (midway !== undefined && digest(found.blob) === midway) return known(true, source);
    const isTaken = !isSignatureOnly(found.key);
    return andThen(keyPlace(found.key, evidence), (place) => known(isTaken && place.at === 'machine', source));
  });
}

/** Who may do what with a file, as it is now. */
export async function aclOf(path: string, machine: Machine): Promise<Known<Sddl>> {
  const command = saveAcl(path);
  const source: Source = { kind: 'command', shown: showCommand(command, machine.systemRoot) };
  const ran = await machine.run(command);
  const saved = ran.started && ran.output !== undefined ? readIcaclsSave(ran.output) : undefined;
  const [text] = saved?.ok ? saved.value.values() : [];
  if (text === undefined) return unknown(`the permissions of ${path} cannot be read`, source);
  const sddl = readSddl(text);
  return sddl.ok ? known(sddl.value, source) : unknown(`the permissions of ${path}: ${sddl.error}`, source);
}

function isAsSaid(now: Sddl, condition: Extract<Condition, { kind: 'system-may-read' | 'acl-is' }>): boolean {
  const said = readSddl(condition.sddl);
  if (!said.ok) return false;
  if (condition.kind === 'acl-is') return isSameAccess(now, said.value);
  if (condition.midway && isSameAccess(now, said.value)) return true;
  return grants(now, SYSTEM_SID, READ_DATA) && isSameForOthers(now, said.value, SYSTEM_SID);
}

async function fileState(
  path: string,
  machine: Machine,
  judge: (bytes: Uint8Array | undefined) => boolean,
): Promise<Known<boolean>> {
  const source: Source = { kind: 'file', path };
  const read = await machine.read(path);
  if (read.result === 'ok') return known(judge(read.bytes), source);
  if (read.result === 'absent') return known(judge(undefined), source);
  return unknown(`${path} cannot be read: ${read.detail}`, source);
}

async function folderIsAbsent(path: string, machine: Machine): Promise<Known<boolean>> {
  const source: Source = { kind: 'file', path };
  const list = await machine.list(path);
  if (list.result === 'ok' || list.result === 'absent') return known(list.result === 'absent', source);
  return unknown(`${path} cannot be listed: ${list.detail}`, source);
}
