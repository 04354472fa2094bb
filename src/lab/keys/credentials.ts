// The credentials of http.sys: certificate and key, acquired in the session of whoever made the record and kept until the
// next reboot, or until HTTP is started again. That is why a certificate whose key SYSTEM cannot open serves HTTPS until then.

import type { KeyObject } from 'node:crypto';
import { callerOf } from '../callers.ts';
import { readStore, type StoreEntry } from '../certificates/store.ts';
import { PROPERTY } from '../certificates/store-entry.ts';
import { replaceWhole } from '../disk/text-file.ts';
import type { LabRecord } from '../http/http-sys.ts';
import type { Caller } from '../program.ts';
import { remembered } from '../remembered.ts';
import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';
import { openKey } from './keys.ts';
import { readKey } from './read-key.ts';

/** What a TLS server needs. */
export interface Credential {
  readonly der: Buffer;
  readonly privateKey: KeyObject;
}

/** A credential, or what stands in its way: with the store entry when the certificate at least is there. */
export type Acquired =
  | { readonly ok: true; readonly credential: Credential }
  | { readonly ok: false; readonly hresult: number; readonly entry?: StoreEntry };

const NOT_FOUND = 0x80092004;
const NTE_BAD_KEYSET = 0x80090016;
const ALGORITHM_MISMATCH = 0x80090331;
const AT_SIGNATURE = 2;

/** `{ "<table endpoint thumbprint>": { "der": base64, "privateKey": PEM } }`: the memory of the lab's http.sys. */
const MEMORY = 'C:\\credentials.json';

/** The credential that http.sys uses for a record; undefined where there is none. */
export function credentialOf(server: LabServer, record: LabRecord): Credential | undefined {
  const acquired = acquireToServe(server, record);
  return acquired.ok ? acquired.credential : undefined;
}

/**
 * What http.sys has for a connection: the successor that the record's certificate names, else the credential that it
 * keeps, else what SYSTEM can open now. With a CryptoAPI key that is for signatures only Schannel may serve nobody.
 */
export function acquireToServe(server: LabServer, record: LabRecord): Acquired {
  const successor = successorOf(server, record);
  if (successor !== undefined) return { ok: true, credential: successor };
  const entry = entryOf(server, record);
  const isSignatureOnly = entry?.key?.keySpec === AT_SIGNATURE && entry.key.type !== 0;
  if (isSignatureOnly && answerOf(server.facts, 'signature-only-key') === 'turned-away')
    return { ok: false, hresult: ALGORITHM_MISMATCH, entry };
  if (isGivenUp(server, record) && answerOf(server.facts, 'update-credential') === 'as-it-was')
    return { ok: false, hresult: NTE_BAD_KEYSET, ...(entry && { entry }) };
  const kept = server.facts.cachedCredentials.includes(nameOf(record)) ? readMemory(server)[nameOf(record)] : undefined;
  if (kept) {
    const privateKey = readKey(kept.privateKey);
    return { ok: true, credential: { der: Buffer.from(kept.der, 'base64'), privateKey } };
  }
  return acquire(server, callerOf(server, 'system'), record);
}

/** The newest certificate that property 64 leads to and whose key SYSTEM can open. */
function successorOf(server: LabServer, record: LabRecord): Credential | undefined {
  let found: Credential | undefined;
  const seen = new Set<string>();
  for (let at = record; !seen.has(at.thumbprint); ) {
    seen.add(at.thumbprint);
    const next = entryOf(server, at)?.properties.get(PROPERTY.renewal)?.toString('hex').toUpperCase();
    if (next === undefined) break;
    at = { ...record, thumbprint: next };
    const acquired = acquire(server, callerOf(server, 'system'), at);
    if (acquired.ok) found = acquired.credential;
  }
  return found && answerOf(server.facts, 'renewal-property') === 'followed' ? found : undefined;
}

function entryOf(server: LabServer, { store, thumbprint }: LabRecord): StoreEntry | undefined {
  return readStore(server, store === '' ? 'MY' : store)?.find((entry) => entry.thumbprint === thumbprint);
}

/** Opens the certificate and the key of a record as the caller. */
export function acquire(server: LabServer, caller: Caller, record: LabRecord): Acquired {
  const entry = entryOf(server, record);
  if (entry === undefined) return { ok: false, hresult: NOT_FOUND };
  if (entry.key === undefined) return { ok: false, hresult: NOT_FOUND, entry };
  const opened = openKey(server, caller, entry.key);
  if (!opened.ok) return { ok: false, hresult: opened.hresult, entry };
  return { ok: true, credential: { der: entry.der, privateKey: opened.privateKey } };
}

/** Keeps a credential for a record until the reboot. */
export function keepCredential(server: LabServer, record: LabRecord, credential: Credential): void {
  const { cachedCredentials } = server.facts;
  if (!cachedCredentials.includes(nameOf(record))) cachedCredentials.push(nameOf(record));
  const pem = credential.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  writeMemory(server, {
    ...readMemory(server),
    [nameOf(record)]: { der: credential.der.toString('base64'), privateKey: pem },
  });
}

/** What http.sys knows of a record whose key did not open when it started: whether it tries again is not known. */
export function giveUp(server: LabServer, record: LabRecord): void {
  writeMemory(server, { ...readMemory(server), [nameOf(record)]: null });
}

const isGivenUp = (server: LabServer, record: LabRecord): boolean => readMemory(server)[nameOf(record)] === null;

/** Forgets the credential of a record; one that is not kept is fine. */
export function dropCredential(server: LabServer, record: LabRecord): void {
  const { [nameOf(record)]: dropped, ...rest } = readMemory(server);
  if (dropped !== undefined) writeMemory(server, rest);
  server.facts.cachedCredentials = server.facts.cachedCredentials.filter((name) => name !== nameOf(record));
}

/** What a reboot does. */
export function dropAllCredentials(server: LabServer): void {
  server.disk.remove(MEMORY);
  server.facts.cachedCredentials = [];
}

const nameOf = ({ table, endpoint, thumbprint }: LabRecord): string => `${table} ${endpoint} ${thumbprint}`;

type Memory = Readonly<Record<string, { readonly der: string; readonly privateKey: string } | null>>;

/** Every connection asks for it; of hundreds of records it is a megabyte. */
const parseMemory = remembered((text) => JSON.parse(text) as Memory);

const readMemory = (server: LabServer): Memory => parseMemory(server.disk.text(MEMORY) ?? '{}');

const writeMemory = (server: LabServer, memory: Memory): void =>
  replaceWhole(server.disk, MEMORY, `${JSON.stringify(memory, null, 2)}\n`);
