// What clients get where an endpoint has no record: another record of the port may answer, with its own certificate.

import { portOf } from '../../formats/http-sys/endpoint.ts';
import type { Chain } from '../../model/server/chain.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { nameOf, shortThumbprint } from '../certificates/certificates.ts';
import { factsOf } from '../meant.ts';
import { answerOf } from '../visit.ts';
import { recordsNaming } from './records.ts';

/** The certificate that clients get instead, and the record that gives it to them. */
export interface StandIn {
  readonly thumbprint: string;
  /** Its name, where it is known here. */
  readonly name?: string;
  /** In words: `the record of 0.0.0.0:443`. */
  readonly through: string;
}

/** Undefined where the record is there, or was not read, or nobody was given a certificate. */
export function standInFor(
  chain: Pick<Chain, 'endpoint' | 'record' | 'handshake'>,
  evidence: Evidence,
): StandIn | undefined {
  const { record, endpoint } = chain;
  if (!record.known || record.value !== undefined || !evidence.records.known) return undefined;
  const answer = answerOf(chain);
  if (answer === undefined) return undefined;
  const { thumbprint } = answer;
  const answering = recordsNaming(thumbprint, evidence.records.value).find(
    (each) => portOf(each.endpoint) === portOf(endpoint),
  );
  const facts = factsOf(answer, evidence);
  const through = answering === undefined ? 'something else on its port' : `the record of ${answering.endpoint.name}`;
  return { thumbprint, through, ...(facts && { name: nameOf({ facts }) }) };
}

/** In words, behind "visitors get". */
export const standInWords = ({ through, name, thumbprint }: StandIn): string =>
  `${name ?? 'an unknown certificate'} (${shortThumbprint(thumbprint)}) through ${through}`;
