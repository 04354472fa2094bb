// The handshake link: what all visitors of a binding got, address by address.

import { addressOf, addressOfBinding, greetingName, hostOfBinding, portOf } from '../formats/http-sys/endpoint.ts';
import { listensOn, MOST_ADDRESSES, MOST_NAMES } from '../formats/http-sys/visitors.ts';
import type { Link, LinkCode } from '../model/chain.ts';
import { type Evidence, endpointKey, type Greeted } from '../model/evidence.ts';
import { httpsBindings } from '../model/iis-config.ts';
import { known } from '../model/known.ts';
import { once } from '../model/once.ts';
import { isCentralStore } from '../model/ssl-record.ts';
import { nameOf } from './certificates.ts';
import { link, notRead, type Unlinked } from './link.ts';
import { factsOf, meantFor } from './meant.ts';
import { standInFor } from './stand-in.ts';
import { type Answer, isLoopbackAlone, meetingOf } from './visit.ts';
import { listed } from './words.ts';

/** Sound only where everybody who came got what was meant. */
export function handshakeLink(chain: Unlinked, evidence: Evidence): Link {
  const { greeted } = chain;
  if (greeted.length === 0) return notRead('handshake', { why: nobodyCame(chain, evidence) });
  const isMeant = meantFor(chain, evidence);
  const withHow = greeted.map((each) => ({ each, how: meetingOf(each, isMeant) }));
  const of = (how: ReturnType<typeof meetingOf>) => withHow.filter((met) => met.how === how).map(({ each }) => each);
  const right = of('right');
  const failed = of('failed').filter((each) => !isLoopbackAlone(each, greeted, isMeant));
  const wrong = [...failed, ...of('other')];
  const [first] = wrong;
  if (first !== undefined) {
    const rest = right.length === 0 ? [] : [`right ${placesOf(right)}`];
    const message = [
      listed(
        wrong.map((each) => wordsFor(each, chain, evidence)),
        3,
        '; ',
      ),
      ...rest,
    ].join('; ');
    return link('handshake', 'broken', codeOf(first), message, first.got.source);
  }
  const [unread] = of('unread');
  if (unread !== undefined) return notRead('handshake', whyUnread(unread));
  return rightLink(right, chain, evidence, of('failed'));
}

function rightLink(right: readonly Greeted[], chain: Unlinked, evidence: Evidence, reset: readonly Greeted[]): Link {
  const answers = right.flatMap(({ got }) => (got.known && got.value.outcome === 'certificate' ? got.value : []));
  const what = unique(answers.map(({ protocol, thumbprint }) => `${protocol}, ${thumbprint}`)).join(' and ');
  const notes = [
    ...(reset.length === 0 ? [] : [['loopback-reset', loopbackWords(reset)] as const]),
    ...renewalNote(answers, chain),
    ...leftOutNote(chain, evidence),
  ];
  const message = [
    what,
    ...(placesOf(right) === '' ? [] : [`greeted ${placesOf(right)}`]),
    ...notes.map(([, says]) => says),
  ];
  const [note] = notes;
  return link('handshake', note ? 'note' : 'ok', note?.[0] ?? 'fine', message.join('; '), right[0]?.got.source);
}

const loopbackWords = (reset: readonly Greeted[]): string =>
  `loopback alone fails (${reset.map(placeOf).join(', ')}), which is no visitor's trouble: KB5066835`;

function renewalNote(
  answers: readonly Answer[],
  { record, certificate }: Unlinked,
): readonly (readonly [LinkCode, string])[] {
  const renewal = certificate.known ? certificate.value?.renewal : undefined;
  if (!record.known || record.value === undefined || record.value.thumbprint === renewal) return [];
  if (!answers.some(({ thumbprint }) => thumbprint === renewal)) return [];
  return [['renewal-served', `the renewal that Schannel serves; the record still names ${record.value.thumbprint}`]];
}

/** Addresses with a record of their own beyond the bound: another certificate may be given there. */
function leftOutNote(
  { binding, endpoint, greeted }: Unlinked,
  evidence: Evidence,
): readonly (readonly [LinkCode, string])[] {
  const { records, addresses, listenList } = evidence;
  const address = addressOfBinding(binding.information);
  if (address !== '0.0.0.0' || greeted.some(({ greeting }) => greeting === undefined)) return [];
  const port = portOf(endpoint);
  const came = new Set(greeted.map(({ greeting }) => greeting?.address));
  const left = (records.known ? records.value : [])
    .filter((each) => each.endpoint.table === 'ip' && portOf(each.endpoint) === port)
    .map((each) => addressOf(each.endpoint))
    .filter(
      (each) =>
        addresses.known &&
        addresses.value.includes(each) &&
        listensOn(each, listenList.known ? listenList.value : []) &&
        !came.has(each) &&
        !boundPlaces(evidence).has(`${each} ${port}`),
    );
  if (left.length === 0) return [];
  return [['not-all-greeted', `not greeted at ${listed(left)}, of which at most ${MOST_ADDRESSES} are`]];
}

/** Whoever comes to an address that a site has bound for itself is that site's visitor. */
const boundPlaces = once(({ config }: Evidence) => {
  const bindings = config.known ? config.value.sites.flatMap(httpsBindings) : [];
  return new Set(
    bindings.map(({ information }) => `${addressOfBinding(information)} ${/:([^:]*):[^:]*$/.exec(information)?.[1]}`),
  );
});

function nobodyCame({ binding, endpoint }: Unlinked, { handshakes }: Evidence): string {
  if (!handshakes.has(endpointKey(endpoint))) return 'no handshake was made';
  const host = hostOfBinding(binding.information);
  return `no handshake was made as ${host || 'a visitor without a host name'}: at most ${MOST_NAMES} names of an endpoint are greeted`;
}

function codeOf({ got }: Greeted): LinkCode {
  if (got.known && got.value.outcome === 'no-connection') return 'handshake-no-connection';
  return got.known && got.value.outcome === 'no-tls' ? 'handshake-no-tls' : 'handshake-other-certificate';
}

function wordsFor(each: Greeted, chain: Unlinked, evidence: Evidence): string {
  const place = placeOf(each);
  const at = place === '' ? '' : `at ${place} `;
  const value = each.got.known ? each.got.value : undefined;
  if (value?.outcome === 'no-connection') return `${at}nobody answers: ${value.detail}`;
  if (value?.outcome === 'no-tls') return `${at}no TLS answer: ${value.detail}`;
  return value === undefined ? '' : `${at}${otherWords(value, chain, evidence)}`;
}

function otherWords(answer: Answer, chain: Unlinked, evidence: Evidence): string {
  const facts = factsOf(answer, evidence);
  const certificate = facts ? `${nameOf({ facts })} (${answer.thumbprint})` : answer.thumbprint;
  const { record, binding } = chain;
  if (record.known && record.value !== undefined && isCentralStore(record.value.endpoint))
    return `the central certificate store answers with ${certificate}, which is not valid for ${hostOfBinding(binding.information)}`;
  const got = { ...chain, handshake: known(answer, chain.handshake?.source ?? evidence.config.source) };
  const served = standInFor(got, evidence);
  const through = served === undefined ? 'visitors get' : `without a record of its own, ${served.through} answers with`;
  return `${through} another certificate: ${certificate}`;
}

function whyUnread({ got }: Greeted) {
  return got.known ? { why: 'nobody knows what was sent: it was not kept', source: got.source } : got;
}

const placeOf = ({ greeting }: Greeted): string => (greeting === undefined ? '' : greetingName(greeting));

/** `at 192.0.2.10, ::1`; '' where nobody knows. */
function placesOf(all: readonly Greeted[]): string {
  const places = unique(all.flatMap(({ greeting }) => greeting?.address ?? []));
  return places.length === 0 ? '' : `at ${places.join(', ')}`;
}

const unique = (all: readonly string[]): readonly string[] => [...new Set(all)];
