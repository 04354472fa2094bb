// What the visitors of a binding got.

import { addressOfBinding, hostOfBinding, isLoopback, isWildcard } from '../formats/http-sys/endpoint.ts';
import { nameToAsk } from '../formats/http-sys/visitors.ts';
import type { Chain } from '../model/server/chain.ts';
import { type Evidence, endpointKey, type Greeted, type Handshake } from '../model/server/evidence.ts';
import type { SiteBinding } from '../model/server/iis-config.ts';
import type { Known } from '../model/server/known.ts';
import { isUnreached } from './unreached.ts';

/** The certificate that a visitor got. */
export type Answer = Extract<Handshake, { outcome: 'certificate' }>;

/** Whether an answer is what a visitor should get; undefined where nobody knows. */
export type IsMeant = (answer: Answer) => boolean | undefined;

/** How a greeting went: a meant certificate, another one, none, or it is not known. */
export type Meeting = 'right' | 'other' | 'failed' | 'unread';

/** Those of an endpoint's visitors who come to this binding. Folders of earlier versions do not tell whom they greeted. */
export function visitorsOf({ information }: SiteBinding, greeted: readonly Greeted[] = []): readonly Greeted[] {
  const name = nameToAsk(hostOfBinding(information));
  const address = addressOfBinding(information) ?? '0.0.0.0';
  return greeted.filter(
    ({ greeting }) =>
      greeting === undefined || (greeting.name === name && (isWildcard(address) || greeting.address === address)),
  );
}

/** How it went. */
export function meetingOf({ got }: Greeted, isMeant: IsMeant): Meeting {
  if (!got.known) return 'unread';
  if (got.value.outcome !== 'certificate') return 'failed';
  const meant = isMeant(got.value);
  if (meant === undefined) return 'unread';
  return meant ? 'right' : 'other';
}

/** That loopback fails while another address answers rightly is no visitor's trouble (KB5066835). */
export function isLoopbackAlone(one: Greeted, all: readonly Greeted[], isMeant: IsMeant): boolean {
  const isOutside = ({ greeting }: Greeted) => greeting !== undefined && !isLoopback(greeting.address);
  if (one.greeting === undefined || isOutside(one) || meetingOf(one, isMeant) !== 'failed') return false;
  return all.some((each) => isOutside(each) && meetingOf(each, isMeant) === 'right');
}

/** The worst that a visitor met: no certificate, then another one, then nobody knows. Undefined: nobody was greeted. */
export function worstAnswer(
  greeted: readonly Greeted[] = [],
  isMeant: IsMeant = () => true,
): Known<Handshake> | undefined {
  if (greeted.length === 0) return undefined;
  const counted = greeted.filter((each) => !isLoopbackAlone(each, greeted, isMeant));
  const worst = (['failed', 'other', 'unread', 'right'] as const).flatMap((how) =>
    counted.filter((each) => meetingOf(each, isMeant) === how),
  );
  return worst[0]?.got;
}

/** Whether all visitors got a certificate; undefined where nobody was greeted. */
export function serves(greeted: readonly Greeted[] | undefined): boolean | undefined {
  const worst = worstAnswer(greeted);
  return worst?.known ? worst.value.outcome === 'certificate' : undefined;
}

/** The certificates that were got. */
export const answersOf = (greeted: readonly Greeted[]): readonly Answer[] =>
  greeted.flatMap(({ got }) => (got.known && got.value.outcome === 'certificate' ? got.value : []));

/** The certificate of the worst answer, where there is one: every visitor got some certificate. */
export const answerOf = ({ handshake }: Pick<Chain, 'handshake'>): Answer | undefined =>
  handshake?.known && handshake.value.outcome === 'certificate' ? handshake.value : undefined;

/** Whether some visitor got exactly the certificate of the record. */
export const isServedItself = ({ greeted, record }: Pick<Chain, 'greeted' | 'record'>): boolean =>
  record.known && answersOf(greeted).some(({ thumbprint }) => thumbprint === record.value?.thumbprint);

/**
 * Whether a binding of this very server was to be greeted and was not, or what came of it is not known: nobody may call it
 * healthy. A folder may have been collected without greetings, and says so; names beyond the bound share a record with those
 * that were greeted. For whom there was no time counts wherever it is.
 */
export const isUnseen = ({ links, greeted, endpoint }: Chain, { recorded, handshakes }: Evidence): boolean =>
  links.some(({ name, state }) => name === 'handshake' && state === 'unknown') &&
  (recorded ? isUnreached(greeted) : greeted.length > 0 || !handshakes.has(endpointKey(endpoint)));
