// What a visitor gets: nothing, a reset, or the certificate of one record.

import { type Acquired, acquireToServe } from '../keys/credentials.ts';
import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';
import { aLabels } from './a-labels.ts';
import { bare } from './addresses.ts';
import { centralCredential } from './central-store.ts';
import { isCentral, type LabRecord } from './http-sys.ts';
import { hears, type Place, takerOf } from './listeners.ts';
import { lookUp } from './look-up.ts';
import { sentChain } from './sent-chain.ts';
import { tlsLeft } from './tls-left.ts';

const REJECT = 0x8;

/** CRYPT_E_NOT_FOUND. */
const NOT_FOUND = 0x80092004;

/** What a connection gets. */
export type Answer =
  /** Nobody listens there: no TCP connection. */
  | { readonly gets: 'nothing' }
  /** A connection, and then no word. */
  | { readonly gets: 'silence' }
  | {
      readonly gets: 'reset';
      readonly why: 'another-program' | 'no-record' | 'record-rejects' | 'no-credential' | 'no-tls' | 'loopback';
      readonly record?: LabRecord;
      /** Where the certificate or its key is what failed. */
      readonly failed?: Acquired & { readonly ok: false };
    }
  | {
      readonly gets: 'certificate';
      readonly record: LabRecord;
      readonly credential: (Acquired & { readonly ok: true })['credential'];
      /** The certificates that are sent, in DER, the server's own first. */
      readonly sends: readonly Buffer[];
      /** OpenSSL's options that leave the versions of TLS which both the server and the record speak. */
      readonly tls: number;
      readonly resetsAfterwards: boolean;
    };

/** The answer to a connection to this place whose client asks for this name, or for none. */
export function whoAnswers(server: LabServer, place: Place, serverName?: string): Answer {
  const taker = takerOf(server, place);
  if (taker !== undefined) return taker.silent ? { gets: 'silence' } : { gets: 'reset', why: 'another-program' };
  if (!hears(server, place)) return { gets: 'nothing' };
  const loopback = /^(127\.|::1$)/.test(bare(place.ip)) ? answerOf(server.facts, 'loopback-connections') : 'answered';
  if (loopback === 'reset-in-handshake') return { gets: 'reset', why: 'loopback' };
  const record = lookUp(server, place.ip, place.port, serverName);
  if (record === undefined) return { gets: 'reset', why: 'no-record' };
  if (record.flags & REJECT) return { gets: 'reset', why: 'record-rejects', record };
  const acquired = isCentral(record) ? fromCentralStore(server, serverName) : acquireToServe(server, record);
  if (!acquired.ok) return { gets: 'reset', why: 'no-credential', record, failed: acquired };
  const { credential } = acquired;
  const tls = tlsLeft(server, record, credential.privateKey);
  if (tls === undefined) return { gets: 'reset', why: 'no-tls', record };
  const sends = [credential.der, ...sentChain(server, credential.der)];
  return {
    gets: 'certificate',
    record,
    credential,
    sends,
    tls,
    resetsAfterwards: loopback === 'reset-after-handshake',
  };
}

function fromCentralStore(server: LabServer, serverName = ''): Acquired {
  const credential = centralCredential(server, aLabels(serverName));
  return credential === undefined ? { ok: false, hresult: NOT_FOUND } : { ok: true, credential };
}
