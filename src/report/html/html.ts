// The diagnosis as one HTML file that needs nothing else: no script, no font, no picture. The same six links.

import { judgedRecords } from '../../chain/records/judged-records.ts';
import type { Diagnosis, NotChecked } from '../../model/repair/diagnosis.ts';
import type { Finding } from '../../model/repair/finding.ts';
import type { Blocked, Plan } from '../../model/repair/plan.ts';
import type { Repairs } from '../../model/run/run-report.ts';
import type { Chain, Link, LinkState } from '../../model/server/chain.ts';
import { showAction } from '../../steps/shown-action.ts';
import { printable } from '../terminal/layout.ts';
import { recordCount, recordWords } from '../terminal/records-text.ts';
import { labelOf, repairWords, shownFacts } from '../terminal/to-do-text.ts';
import { bindingName, sourceWord } from '../words/chain-state.ts';
import { repairOf } from '../words/repairs.ts';
import { summaryPaint, summarySentence } from '../words/summary-sentence.ts';
import { STYLE_SHEET } from './html-style.ts';

/** The whole file. `target` is how a person would name the server. */
export function renderHtml(diagnosis: Diagnosis, repairs: Repairs, target: string): string {
  const { chains, findings, notes, notChecked, evidence } = diagnosis;
  const sentence = summarySentence(diagnosis);
  const who = evidence.identity.known ? ` by ${evidence.identity.value.name}` : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(`${target}: ${sentence}`)}</title>
<style>${STYLE_SHEET}</style>
</head>
<body>
<h1 class="${STATE_OF_PAINT[summaryPaint(diagnosis)]}">${escapeHtml(sentence)}</h1>
<p class="soft">${escapeHtml(`${target}, looked at ${evidence.collectedAt}${who}`)}</p>
${part('Chains', chains.map(chainSection))}
${part(
  'Findings',
  findings.map((finding) => findingSection(finding, repairOf(finding, repairs), evidence.places.systemRoot)),
)}
${recordPart(diagnosis)}
${part('Worth knowing, and no fault', notes.length === 0 ? [] : [noteList(notes)])}
${part('Not checked', notChecked.length === 0 ? [] : [notCheckedList(notChecked)])}
</body>
</html>
`;
}

function recordPart(diagnosis: Diagnosis): string {
  const rows = judgedRecords(diagnosis.evidence).map(
    (each) => `<li class="${each.state}">${SIGNS[each.state]} ${escapeHtml(recordWords(each))}</li>`,
  );
  if (rows.length === 0) return '';
  return `<details><summary>${escapeHtml(recordCount(diagnosis))}</summary>\n<ul>\n${rows.join('\n')}\n</ul></details>`;
}

const noteList = (notes: Diagnosis['notes']): string =>
  `<ul>${notes.map(({ message }) => `<li>${escapeHtml(message)}</li>`).join('')}</ul>`;

const STATE_OF_PAINT: Readonly<Record<ReturnType<typeof summaryPaint>, LinkState>> = {
  good: 'ok',
  warn: 'warning',
  bad: 'broken',
  unsure: 'unknown',
};

const part = (title: string, sections: readonly string[]): string =>
  sections.length === 0 ? '' : `<h2>${title}</h2>\n${sections.join('\n')}`;

const SIGNS: Readonly<Record<LinkState, string>> = {
  ok: '✔',
  note: 'i',
  warning: '!',
  broken: '✖',
  unknown: '?',
  skipped: '·',
};

const chainSection = (chain: Chain): string => `<section>
<h3>${escapeHtml(chain.site.name)}, <span class="code">${escapeHtml(bindingName(chain))}</span></h3>
<ol class="chain">
${chain.links.map(linkBox).join('\n')}
</ol>
<table>
${chain.links.map(linkRow).join('\n')}
</table>
</section>`;

const linkBox = ({ name, state }: Link): string =>
  `<li class="${state}"><span title="${state}">${SIGNS[state]} ${escapeHtml(name)}</span></li>`;

function linkRow(link: Link): string {
  const { name, state, message, source } = link;
  const origin = source === undefined ? '' : `${sourceWord(link)} <code>${escapeHtml(source)}</code>`;
  const cell = `${escapeHtml(message)}${origin && `<br><span class="soft">${origin}</span>`}`;
  return `<tr><th>${escapeHtml(name)}</th><td class="${state}">${cell}</td></tr>`;
}

const findingSection = (finding: Finding, repair: Plan | Blocked | undefined, systemRoot: string): string => `<section>
<h3 class="${finding.severity}">${SIGNS[finding.severity]} ${escapeHtml(finding.playbook)}</h3>
<p>${escapeHtml(finding.message)}</p>
<table>
${shownFacts(finding)
  .map((fact) => `<tr><th>${escapeHtml(labelOf(fact))}</th><td><code>${escapeHtml(fact.value)}</code></td></tr>`)
  .join('\n')}
</table>
${repair === undefined ? '' : repairPart(repair, systemRoot)}
</section>`;

function repairPart(repair: Plan | Blocked, systemRoot: string): string {
  const words = `<p>${escapeHtml(repairWords(repair))}</p>`;
  if ('blocked' in repair)
    return repair.command === undefined ? words : `${words}\n<p><code>${escapeHtml(repair.command)}</code></p>`;
  const steps = repair.steps.map(
    (step) => `<li>${escapeHtml(step.title)}<br><code>${escapeHtml(showAction(step.do, systemRoot))}</code></li>`,
  );
  return `${words}\n<ol>\n${steps.join('\n')}\n</ol>`;
}

const notCheckedList = (notChecked: readonly NotChecked[]): string =>
  `<ul>\n${notChecked.map(({ what, why }) => `<li class="unknown">${escapeHtml(what)}: ${escapeHtml(why)}</li>`).join('\n')}\n</ul>`;

/** Text as text: nothing that a server says can become markup. Control characters are shown, not sent. */
const escapeHtml = (text: string): string =>
  printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
