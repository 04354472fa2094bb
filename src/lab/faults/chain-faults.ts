// Faults of the chain behind a certificate that is itself in order.

import { type KeyObject, X509Certificate } from 'node:crypto';
import { callerOf } from '../callers.ts';
import { makeCertificate } from '../certificates/make-certificate.ts';
import { deleteEntry, entryFrom, putEntry } from '../certificates/store.ts';
import { putRecord, readRecords } from '../http/http-sys.ts';
import { makeChain } from '../http/sent-chain.ts';
import { dropCredential, keepCredential } from '../keys/credentials.ts';
import { openKey } from '../keys/keys.ts';
import type { LabServer } from '../server.ts';
import { certificateInUse } from './in-use.ts';
import { LabFaultError } from './lab-fault-error.ts';

/** Where the authority of the lab says that its certificate can be had. */
const ADDRESS = 'http://authority.example.test/issuing.crt';

const VALIDITY = { notBefore: new Date('2025-06-01T00:00:00Z'), notAfter: new Date('2045-06-01T00:00:00Z') };

/**
 * The certificate of the first https site was issued anew by an intermediate authority, for the same key, and the
 * authority's own certificate was imported where roots belong: Schannel makes its chains of what lies in CA.
 */
export function breakChain(server: LabServer, keyPool?: () => KeyObject): void {
  const { store, entry } = certificateInUse(server);
  const opened = entry.key && openKey(server, callerOf(server, 'system'), entry.key);
  if (!opened?.ok)
    throw new LabFaultError('The first https site has no certificate with a key that could be issued anew.');
  const names = namesOf(entry.der);
  const root = makeCertificate({ names: ['Lab Root'], authority: true, ...VALIDITY }, keyPool);
  const { privateKey } = root;
  const issuing = makeCertificate({
    names: ['Lab Issuing'],
    authority: true,
    key: privateKey,
    issuer: root,
    ...VALIDITY,
  });
  const issued = makeCertificate({
    names,
    key: opened.privateKey,
    issuer: issuing,
    issuerAddress: ADDRESS,
    ...VALIDITY,
  });
  const fresh = entryFrom(issued.der, entry.key, entry.friendlyName);
  deleteEntry(server, store, entry.thumbprint);
  putEntry(server, store, fresh);
  putEntry(server, 'Root', entryFrom(issuing.der));
  for (const record of readRecords(server).filter(({ thumbprint }) => thumbprint === entry.thumbprint)) {
    dropCredential(server, record);
    const bound = { ...record, thumbprint: fresh.thumbprint };
    putRecord(server, bound);
    keepCredential(server, bound, { der: issued.der, privateKey: opened.privateKey });
    makeChain(server, issued.der, []);
  }
}

/** DNS names and addresses, as the certificate has them. */
function namesOf(der: Buffer): readonly string[] {
  const names = new X509Certificate(der).subjectAltName?.match(/(?<=DNS:|IP Address:)[^,]+/g) ?? [];
  return names.length === 0 ? ['labsrv.example.test'] : names;
}
