// What a renewal leaves that nobody bound: everything stands where it belongs, and the record still names the old certificate.

import { type KeyObject, X509Certificate } from 'node:crypto';
import { importCertificate } from '../certificates/import-certificate.ts';
import { makeCertificate } from '../certificates/make-certificate.ts';
import { readStore, type StoreEntry } from '../certificates/store.ts';
import { aLabels } from '../http/a-labels.ts';
import { isCentral, type LabRecord, putRecord, readRecord } from '../http/http-sys.ts';
import { placesOf, sitesOf } from '../http/sites.ts';
import { dropCredential } from '../keys/credentials.ts';
import type { LabServer } from '../server.ts';
import { LabFaultError } from './lab-fault-error.ts';

/** Long over at any time of the lab, and still running when the certificates of a new lab begin. */
const OVER = { notBefore: new Date('2024-09-01T00:00:00Z'), notAfter: new Date('2025-09-01T00:00:00Z') };

/**
 * The certificate of the last https site is the renewal of one that has expired since: same names, same issuer, in the same
 * store; and the record names the old one.
 */
export function leaveRenewalUnbound(server: LabServer, keyPool?: () => KeyObject): void {
  const [bound] = placesOf(sitesOf(server))
    .toReversed()
    .flatMap(({ table, endpoint, host }) => {
      const record = readRecord(server, table, endpoint);
      const entry = record && entryOf(server, record);
      return record && entry && isFor(entry, host) ? [{ record, entry }] : [];
    });
  if (bound === undefined) throw new LabFaultError('No https site has a certificate for its name that could expire.');
  const { record, entry } = bound;
  const made = makeCertificate({ names: namesOf(entry), ...OVER }, keyPool);
  const storage = entry.key?.type === 0 ? 'cng' : 'capi';
  const old = importCertificate(server, made, storage, entry.friendlyName, record.store || 'MY');
  dropCredential(server, record);
  putRecord(server, { ...record, thumbprint: old.thumbprint });
}

const entryOf = (server: LabServer, record: LabRecord): StoreEntry | undefined =>
  isCentral(record)
    ? undefined
    : readStore(server, record.store || 'MY')?.find(({ thumbprint }) => thumbprint === record.thumbprint);

const namesOf = ({ der }: StoreEntry): readonly string[] =>
  (new X509Certificate(der).subjectAltName ?? '').split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''));

const isFor = (entry: StoreEntry, host: string): boolean =>
  host === '' ||
  namesOf(entry).includes(aLabels(host)) ||
  new X509Certificate(entry.der).checkHost(aLabels(host)) !== undefined;
