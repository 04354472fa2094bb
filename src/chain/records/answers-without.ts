// Who would still be answered if a record that no binding has were gone.

import { portOf } from '../../formats/http-sys/endpoint.ts';
import { groupBy, once } from '../../model/once.ts';
import type { Chain, Link, LinkCode } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { joinChains } from '../join.ts';
import { meantFor } from '../meant.ts';
import { answersOf } from '../visit.ts';
import { isVisited, mayHide } from './shadows.ts';

/** A site binding that has nothing of its own to answer with yet: the link that says so. */
export interface Unanswered {
  readonly chain: Chain;
  readonly link: Link;
}

/**
 * The bindings whose visitors come to where this record stands, and that would answer them there with no certificate or
 * a wrong one, or of which nobody knows. Each of the others has a record of its own, by its address or its host name.
 */
export const unansweredWithout = (record: SslRecord, evidence: Evidence): readonly Unanswered[] =>
  (byPort(evidence).get(portOf(record.endpoint)) ?? [])
    .filter((chain) => mayHide(record, chain))
    .flatMap((chain) => {
      const link = chain.links.find((each) => isWanting(each) || (isUnknown(each) && !isSeen(chain, evidence)));
      return link === undefined ? [] : [{ chain, link }];
    });

const byPort = once((evidence: Evidence) =>
  groupBy(joinChains(evidence).filter(isVisited), ({ endpoint }) => portOf(endpoint)),
);

const OWN: ReadonlySet<string> = new Set(['site', 'http.sys', 'certificate', 'key', 'access']);

/** This very record stands in for it, or what it answers with is about to be lost. */
const ONLY_JUST: ReadonlySet<LinkCode> = new Set([
  'no-record',
  'falls-back',
  'ccs-record-missing',
  'ccs-flag-without-ccs',
  'key-stranded',
]);

/** Whom a site asks for a certificate too late it asks too late everywhere. */
const isWanting = ({ name, state, code }: Link): boolean =>
  OWN.has(name) && code !== 'client-certificate-late' && (state === 'broken' || ONLY_JUST.has(code));

/** Permissions are supporting evidence: where they are not read, a key in its place counts as one that opens. */
const isUnknown = ({ name, state }: Link): boolean => state === 'unknown' && name !== 'access' && name !== 'handshake';

/** Somebody who came by another way got what was meant. */
function isSeen(chain: Chain, evidence: Evidence): boolean {
  const isMeant = meantFor(chain, evidence);
  return answersOf(chain.greeted).some((answer) => isMeant(answer) === true);
}
