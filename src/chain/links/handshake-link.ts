// The handshake link: what all visitors of a binding got, address by address.

import { hostOfBinding } from '../../formats/http-sys/endpoint.ts';
import { MOST_NAMES } from '../../formats/http-sys/visitors.ts';
import type { Link, LinkCode } from '../../model/server/chain.ts';
import { type Evidence, endpointKey, type Greeted } from '../../model/server/evidence.ts';
import { shortThumbprint } from '../certificates/certificates.ts';
import { meantFor } from '../meant.ts';
import { type Answer, answersOf, isLoopbackAlone, type Meeting, meetingOf } from '../visit.ts';
import { listed } from '../words.ts';
import { leftOut, placesOf, unique, wordsOf } from './greeting-words.ts';
import { link, notRead, type Unlinked } from './link.ts';

/** Sound only where everybody who came got what was meant. */
export function handshakeLink(chain: Unlinked, evidence: Evidence): Link {
  const { greeted } = chain;
  if (greeted.length === 0) return notRead('handshake', { why: nobodyCame(chain, evidence) });
  const isMeant = meantFor(chain, evidence);
  const of = (how: Meeting) => greeted.filter((each) => meetingOf(each, isMeant) === how);
  const [right, reset] = [of('right'), of('failed').filter((each) => isLoopbackAlone(each, greeted, isMeant))];
  const wrong = [...of('failed').filter((each) => !reset.includes(each)), ...of('other')];
  const [first] = wrong;
  if (first !== undefined) {
    const rest = right.length === 0 ? [] : [`right${placesOf(right)}`];
    const message = [listed(wordsOf(wrong, chain, evidence), 3, '; '), ...rest].join('; ');
    return link('handshake', 'broken', codeOf(first), message, first.got.source);
  }
  const [unread] = of('unread');
  if (unread !== undefined)
    return notRead(
      'handshake',
      unread.got.known ? { why: 'what was sent was not kept', source: unread.got.source } : unread.got,
    );
  return rightLink(right, reset, chain, evidence);
}

type Note = readonly [code: LinkCode, says: string];

function rightLink(right: readonly Greeted[], reset: readonly Greeted[], chain: Unlinked, evidence: Evidence): Link {
  const answers = answersOf(right);
  const what = unique(answers.map(({ protocol, thumbprint }) => `${protocol}, ${shortThumbprint(thumbprint)}`)).join(
    ' and ',
  );
  const notes = [...loopbackNote(reset), ...renewalNote(answers, chain), ...leftOutNote(chain, evidence)];
  const places = placesOf(right);
  const message = [what, ...(places === '' ? [] : [`handshakes${places}`]), ...notes.map(([, says]) => says)].join(
    '; ',
  );
  const [note] = notes;
  return link('handshake', note ? 'note' : 'ok', note?.[0] ?? 'fine', message, right[0]?.got.source);
}

const loopbackNote = (reset: readonly Greeted[]): readonly Note[] =>
  reset.length === 0
    ? []
    : [['loopback-reset', `only loopback fails${placesOf(reset)}, where no visitor comes (KB5066835)`]];

function renewalNote(answers: readonly Answer[], { record, certificate }: Unlinked): readonly Note[] {
  const renewal = certificate.known ? certificate.value?.renewal : undefined;
  if (!record.known || record.value === undefined || record.value.thumbprint === renewal) return [];
  if (!answers.some(({ thumbprint }) => thumbprint === renewal)) return [];
  return [
    [
      'renewal-served',
      `Schannel serves the renewal, and the record still names ${shortThumbprint(record.value.thumbprint)}`,
    ],
  ];
}

function leftOutNote(chain: Unlinked, evidence: Evidence): readonly Note[] {
  const left = leftOut(chain, evidence);
  return left.length === 0
    ? []
    : [['not-all-greeted', `no handshake was tried at ${listed(left)}, where another record may answer`]];
}

function nobodyCame({ binding, endpoint }: Unlinked, { handshakes }: Evidence): string {
  if (!handshakes.has(endpointKey(endpoint))) return 'no handshake was tried';
  const host = hostOfBinding(binding.information) || 'a visitor without a host name';
  return `no handshake was tried as ${host}: at most ${MOST_NAMES} names of an endpoint are tried`;
}

function codeOf({ got }: Greeted): LinkCode {
  if (got.known && got.value.outcome === 'no-connection') return 'handshake-no-connection';
  return got.known && got.value.outcome === 'no-tls' ? 'handshake-no-tls' : 'handshake-other-certificate';
}
