// What visitors of an endpoint got, as one answer.

import { isLoopback } from '../formats/http-sys/endpoint.ts';
import type { Greeted, Handshake } from '../model/evidence.ts';
import type { Known } from '../model/known.ts';

/**
 * The worst that a visitor met: an address that gives no certificate, then a certificate that is not `meant`, else what all
 * got. That loopback fails while another address answers is no visitor's trouble (KB5066835). Undefined: nobody was greeted.
 */
export function worstAnswer(greeted: readonly Greeted[] = [], meant?: string): Known<Handshake> | undefined {
  const answered = greeted.filter(({ got }) => certificateOf(got) !== undefined);
  const unread = greeted.find(({ got }) => !got.known);
  const failed = greeted.filter(({ got }) => got.known && got.value.outcome !== 'certificate');
  const outside = failed.filter(({ greeting }) => greeting === undefined || !isLoopback(greeting.address));
  const [failure] = answered.length > 0 ? outside : failed;
  const other = answered.find(({ got }) => certificateOf(got)?.thumbprint !== meant);
  return (failure ?? unread ?? other ?? answered[0])?.got;
}

const certificateOf = (got: Known<Handshake>) =>
  got.known && got.value.outcome === 'certificate' ? got.value : undefined;

/** Whether all visitors got a certificate; undefined where nobody was greeted. */
export function serves(greeted: readonly Greeted[] | undefined): boolean | undefined {
  const worst = worstAnswer(greeted);
  return worst?.known ? worst.value.outcome === 'certificate' : undefined;
}
