// The one picture: six links in a row, so that one look shows which of them broke.

import type { Chain, Link, LinkState } from '../../model/server/chain.ts';
import { bindingName, chainState, sourceWord } from '../words/chain-state.ts';
import { healthyWords } from '../words/healthy-words.ts';
import { MOST, type Piece, paragraph, restLine, whole } from './layout.ts';
import { type Marks, marks, type Paint, type Style } from './style.ts';

/** Above this many chains, those whose six links hold are only counted. */
const MANY = 20;

const PAINT_OF: Readonly<Record<LinkState, Paint>> = {
  ok: 'good',
  note: 'good',
  warning: 'warn',
  broken: 'bad',
  unknown: 'unsure',
  skipped: 'dim',
};

const LINE_OF: Readonly<Record<LinkState, keyof Marks>> = {
  ok: 'holds',
  note: 'holds',
  warning: 'warning',
  broken: 'broken',
  unknown: 'unknown',
  skipped: 'skipped',
};

const SIGN_OF: Readonly<Record<LinkState, keyof Marks>> = {
  ok: 'good',
  note: 'note',
  warning: 'warn',
  broken: 'bad',
  unknown: 'unsure',
  skipped: 'unsure',
};

/** All chains as they were at that time (ISO 8601): those with something to say drawn, the others one line each, or counted where there are many. */
export function renderChains(chains: readonly Chain[], at: string, style: Style): string {
  const sound = chains.filter((chain) => chainState(chain) === 'ok');
  const speaking = chains.filter((chain) => chainState(chain) !== 'ok');
  const drawn = speaking.slice(0, MOST).map((chain) => drawChain(chain, style));
  const more = restLine(speaking.length, 'https site bindings with something to say', style);
  const few =
    chains.length <= MANY ? sound.map((chain) => soundLine(chain, at, style)).join('\n') : countLine(sound, style);
  return [...drawn, more, few].filter((part) => part !== '').join('\n\n');
}

/** One chain: site and binding, the six links, and what is to be said of each link that does not simply hold. */
function drawChain(chain: Chain, style: Style): string {
  return [
    paragraph(style, [{ text: chain.site.name, as: 'strong' }, `, ${whole(bindingName(chain))}`], {
      first: 0,
      rest: 4,
    }),
    paragraph(
      style,
      chain.links.flatMap((link, index) => drawLink(link, index === 0, style)),
      { first: 2, rest: 4 },
    ),
    ...chain.links.filter((link) => tellsSomething(link, chain)).map((link) => clause(link, style)),
  ].join('\n');
}

/** The line to a link and its name are one word: a narrow terminal breaks the row between links only. */
function drawLink(link: Link, first: boolean, style: Style): readonly Piece[] {
  const as = PAINT_OF[link.state];
  const line = marks(style)[LINE_OF[link.state]];
  if (!first) return [' ', { text: `${line}\u00a0${link.name}`, as }];
  return [{ text: link.state === 'ok' ? link.name : `${line.slice(-1)}\u00a0${link.name}`, as }];
}

/** A skipped link tells something only where no link says why it was skipped. */
function tellsSomething(link: Link, chain: Chain): boolean {
  if (link.state !== 'skipped') return link.state !== 'ok';
  const first = chain.links.find((each) => each.state !== 'ok');
  return first === link;
}

function clause(link: Link, style: Style): string {
  const as = PAINT_OF[link.state];
  const message = paragraph(
    style,
    [{ text: `${marks(style)[SIGN_OF[link.state]]} ${link.name}`, as }, `: ${link.message}`],
    {
      first: 2,
      rest: 6,
    },
  );
  if (link.source === undefined || !style.verbose) return message;
  return `${message}\n${paragraph(style, [{ text: `${sourceWord(link)} ${link.source}`, as: 'dim' }], { first: 6, rest: 8 })}`;
}

const soundLine = (chain: Chain, at: string, style: Style): string =>
  paragraph(style, [{ text: marks(style).good, as: 'good' }, ` ${healthyWords(chain, at)}`], { first: 0, rest: 4 });

function countLine(sound: readonly Chain[], style: Style): string {
  if (sound.length === 0) return '';
  const untried = sound.filter((chain) => chain.links.some((link) => link.state === 'unknown')).length;
  const rest = untried === 0 ? '' : `; for ${untried} of them the handshake was not checked`;
  const text = ` ${sound.length} https site ${sound.length === 1 ? 'binding' : 'bindings'}: nothing wrong was seen${rest}`;
  return paragraph(style, [{ text: marks(style).good, as: 'good' }, text], { first: 0, rest: 2 });
}
