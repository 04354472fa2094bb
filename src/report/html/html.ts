// The diagnosis as one HTML file that needs nothing else: no script, no font, no picture. What is wrong comes first.

import { judgedRecords } from '../../chain/records/judged-records.ts';
import { isVisited } from '../../chain/records/shadows.ts';
import type { Diagnosis } from '../../model/repair/diagnosis.ts';
import type { Repairs } from '../../model/run/run-report.ts';
import type { Chain, LinkState } from '../../model/server/chain.ts';
import { recordCount, recordWords } from '../terminal/records-text.ts';
import { chainState } from '../words/chain-state.ts';
import { glossaryOf } from '../words/glossary.ts';
import { headingOf } from '../words/heading.ts';
import { healthyWords } from '../words/healthy-words.ts';
import { summaryPaint, summarySentence } from '../words/summary-sentence.ts';
import { toDo } from '../words/to-do.ts';
import { chainSections } from './chain-part.ts';
import { escapeHtml, listOf, SIGNS } from './escape.ts';
import { pageTop } from './page-top.ts';
import { toDoSections } from './to-do-part.ts';

/** The whole file. `target` is how a person would name the server. */
export function renderHtml(diagnosis: Diagnosis, repairs: Repairs, target: string, targetArguments = ''): string {
  const { chains, notes, notChecked, evidence } = diagnosis;
  const as = STATE_OF_PAINT[summaryPaint(diagnosis)];
  const speaking = chains.filter((chain) => !isSound(chain));
  const top = pageTop({
    title: titleOf(diagnosis),
    as,
    sentence: summarySentence(diagnosis),
    heading: `${headingOf(diagnosis)}; ${target}`,
  });
  return `${top}${withGlossary([
    part('What to do', toDoSections(toDo(diagnosis, repairs), { evidence, targetArguments })),
    part('Bindings with something to say', chainSections(speaking, targetArguments)),
    soundPart(chains.filter(isSound), evidence.collectedAt),
    recordPart(diagnosis),
    part('Worth knowing, and no fault', [
      listOf(
        'ul',
        notes.map(({ message }) => escapeHtml(message)),
      ),
    ]),
    part('Not checked', [
      listOf(
        'ul',
        notChecked.map(({ what, why }) => `<span class="unknown">? ${escapeHtml(`${what}: ${why}`)}</span>`),
      ),
    ]),
  ])}
</main>
</body>
</html>
`;
}

/** The parts, and last what the terms in them mean. */
function withGlossary(parts: readonly string[]): string {
  const shown = parts.filter((each) => each !== '').join('\n');
  const terms = glossaryOf(shown).map(({ term, line }) => `<strong>${escapeHtml(term)}</strong>: ${escapeHtml(line)}`);
  return `${shown}\n${part('What these words mean', [listOf('ul', terms)])}`;
}

/** For the tab of a browser: short, and different for each server. */
const titleOf = ({ evidence: { computerName } }: Diagnosis): string =>
  computerName.known ? `${computerName.value.slice(0, 40)}: HTTPS of IIS` : 'HTTPS of IIS';

const STATE_OF_PAINT: Readonly<Record<ReturnType<typeof summaryPaint>, LinkState>> = {
  good: 'ok',
  warn: 'warning',
  bad: 'broken',
  unsure: 'unknown',
};

const isSound = (chain: Chain): boolean => chainState(chain) === 'ok' && isVisited(chain);

function part(title: string, sections: readonly string[]): string {
  const shown = sections.filter((each) => each !== '');
  return shown.length === 0 ? '' : `<h2>${title}</h2>\n${shown.join('\n')}`;
}

/** Folded: nobody reads hundreds of lines of what is well. On paper they are open. */
function soundPart(sound: readonly Chain[], at: string): string {
  const lines = sound.map((chain) => `<span class="ok">✔</span> ${escapeHtml(healthyWords(chain, at))}`);
  return folded(`${sound.length} https ${sound.length === 1 ? 'binding' : 'bindings'} with nothing wrong`, lines);
}

function recordPart(diagnosis: Diagnosis): string {
  const lines = judgedRecords(diagnosis.evidence).map(
    (each) => `<span class="${each.state}">${SIGNS[each.state]}</span> ${escapeHtml(recordWords(each))}`,
  );
  return folded(recordCount(diagnosis), lines);
}

const folded = (summary: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `<details>\n<summary>${escapeHtml(summary)}</summary>\n${listOf('ul', lines)}\n</details>`;
