// One server of many, folded: what was sent of it, as its own report has it. Bounded, whatever was sent.

import { textCut } from '../../fleet/limits.ts';
import type { SentDocument } from '../../fleet/sent-document.ts';
import { chainSection } from './chain-part.ts';
import { code, escapeHtml, listOf, SIGNS } from './escape.ts';

/** So many of each: the report of the server itself has all. */
const MOST = 50;

type SentFinding = SentDocument['findings'][number];
type SentChain = SentDocument['chains'][number];

/** Findings first, then the bindings with something to say, then what is in order. */
export function detailOf({ findings, chains, notChecked }: SentDocument): string {
  const faults = findings.filter(({ severity }) => severity !== 'note');
  const notes = findings.filter(({ severity }) => severity === 'note');
  const speaking = chains.filter((chain) => !isSound(chain));
  const sound = chains.filter(isSound);
  return [
    ...first(faults, 'faults').map((each) => (typeof each === 'string' ? each : findingSection(each))),
    ...first(speaking, 'bindings').map((each) => (typeof each === 'string' ? each : chainSection(shown(each)))),
    lines(sound, 'bindings', (chain) => `<span class="ok">${SIGNS.ok}</span> ${escapeHtml(soundWords(chain))}`),
    lines(notes, 'notes', ({ says }) => escapeHtml(`${SIGNS.note} ${textCut(says)}`)),
    lines(
      notChecked,
      'parts that were not checked',
      ({ what, why }) => `<span class="unknown">? ${escapeHtml(`${textCut(what)}: ${textCut(why)}`)}</span>`,
    ),
  ]
    .filter((each) => each !== '')
    .join('\n');
}

/** The first of them, and how many more there are, as markup. */
const first = <Item>(all: readonly Item[], what: string): readonly (Item | string)[] =>
  all.length <= MOST ? all : [...all.slice(0, MOST), `<p class="unknown">? and ${all.length - MOST} more ${what}</p>`];

const lines = <Item>(all: readonly Item[], what: string, line: (item: Item) => string): string =>
  listOf(
    'ul',
    first(all, what).map((each) => (typeof each === 'string' ? each : line(each))),
  );

const isSound = ({ links }: SentChain): boolean => links.every(({ state }) => state === 'ok');

const soundWords = ({ site, binding, certificate }: SentChain): string =>
  [
    textCut(site.name),
    textCut(`${binding.protocol} ${binding.information}`),
    ...(certificate === undefined
      ? []
      : [`${textCut(certificate.subject)}, valid until ${certificate.notAfter.slice(0, 10)}`]),
  ].join(', ');

const shown = ({ site, binding, links }: SentChain) => ({
  site: { name: textCut(site.name) },
  binding: { protocol: textCut(binding.protocol), information: textCut(binding.information) },
  links: links.map(({ name, state, says, source }) => ({
    name: textCut(name),
    state,
    message: textCut(says),
    ...(source !== undefined && { source: textCut(source) }),
  })),
});

function findingSection({ playbook, severity, says, repair }: SentFinding): string {
  const as = severity === 'broken' ? 'broken' : 'warning';
  return `<section>
<h3 class="${as}">${SIGNS[as]} ${escapeHtml(textCut(playbook))}</h3>
<p>${escapeHtml(textCut(says))}</p>
${repair === undefined ? '' : repairPart(repair)}
</section>`;
}

function repairPart({ title, risk, steps, blocked }: NonNullable<SentFinding['repair']>): string {
  if (blocked !== undefined) {
    const who = blocked.who === undefined ? '' : `; needed: ${textCut(blocked.who)}`;
    return `<p><strong>no repair from there: ${escapeHtml(`${textCut(blocked.why)}${who}`)}</strong></p>`;
  }
  const items = first(steps, 'steps').map((each) =>
    typeof each === 'string' ? each : `${escapeHtml(textCut(each.title))}<br>\n${code(textCut(each.shown))}`,
  );
  const words = [
    ...(title === undefined ? [] : [textCut(title)]),
    ...(risk === undefined ? [] : [`(${textCut(risk)})`]),
  ];
  return `<p><strong>${escapeHtml(`repair: ${words.join(' ')}`)}</strong></p>\n${listOf('ol', items)}`;
}
