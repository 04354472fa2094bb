// A finding with what to do: the repair step by step with its commands, effects and undo, or who can mend it.

import { type Finding, isDown } from '../../model/repair/finding.ts';
import type { Action, Blocked, Plan, Step } from '../../model/repair/plan.ts';
import type { Evidence } from '../../model/server/evidence.ts';
import { showAction } from '../../steps/shown-action.ts';
import { labelOf, repairWords, shownFacts } from '../terminal/to-do-text.ts';
import { diffOfAction } from '../words/config-diff.ts';
import { commandFor } from '../words/repairs.ts';
import type { ToDo } from '../words/to-do.ts';
import { undoWords } from '../words/undo-words.ts';
import { code, escapeHtml, listOf, SIGNS, tableOf } from './escape.ts';
import { tellMany, wholeCheck } from './many.ts';

/** What repairs are shown with. `evidence` is what the faults were found in: of it come the configuration and the place of Windows. */
export interface RepairContext {
  readonly evidence: Evidence;
  /** How the target is named on a command line of ours. */
  readonly targetArguments: string;
}

/** All findings, numbered. A plan that mends many of them is shown with the first alone: else each of them would show all. */
export function toDoSections(all: readonly ToDo[], context: RepairContext): readonly string[] {
  const shownWith = new Map<Plan | Blocked, number>();
  for (const { repair, number } of all)
    if (repair !== undefined && !shownWith.has(repair)) shownWith.set(repair, number);
  return tellMany(all, {
    kindOf: ({ finding }) => finding.playbook,
    whole: (each) => toDoSection(each, each.repair && shownWith.get(each.repair), context),
    line: (each) => toDoLine(each, each.repair && shownWith.get(each.repair)),
    rest: (playbook, count) => `${count} more, found by ${playbook}`,
    command: wholeCheck(context.targetArguments),
  });
}

/** The same in a line; what is behind it, a check for programs tells. */
function toDoLine({ number, finding, state, repair }: ToDo, shownWith: number | undefined): string {
  const as = signOf(finding);
  const same = shownWith === undefined || shownWith === number ? '' : `, the same as under ${shownWith}`;
  const how = repair === undefined ? '' : ` <strong>${escapeHtml(repairWords(repair))}</strong>${same}`;
  return `<span class="${as}">${SIGNS[as]}</span> ${number}. ${escapeHtml(`${state}. ${finding.message}`)}${how}`;
}

const signOf = (finding: Finding) => (isDown(finding) ? 'broken' : 'warning');

function toDoSection(
  { number, finding, state, repair }: ToDo,
  shownWith: number | undefined,
  context: RepairContext,
): string {
  const as = signOf(finding);
  return `<section>
<h3 class="${as}">${SIGNS[as]} ${number}. ${escapeHtml(state)}</h3>
<p>${escapeHtml(finding.message)}</p>
${repair === undefined ? '' : repairPart(repair, shownWith === number ? undefined : shownWith, context)}
${factsPart(finding)}
</section>`;
}

/** `sameAs`: the number under which all of it is shown already. */
function repairPart(repair: Plan | Blocked, sameAs: number | undefined, context: RepairContext): string {
  const head = `<p><strong>${escapeHtml(repairWords(repair))}</strong></p>`;
  if (sameAs !== undefined) return `${head}\n<p>the same as under ${sameAs}</p>`;
  return `${head}\n${'blocked' in repair ? blockedPart(repair, context) : planPart(repair, context.evidence)}`;
}

function blockedPart({ command, offer, instead }: Blocked, { targetArguments }: RepairContext): string {
  const line = (what: string) => code(commandFor(what, targetArguments));
  return [
    ...(command === undefined ? [] : [`<p>run there: ${line(command)}</p>`]),
    ...(offer === undefined ? [] : [`<p>or register ${escapeHtml(offer.says)}: ${line(offer.command)}</p>`]),
    ...(instead === undefined ? [] : [`<p>or: ${escapeHtml(instead.says)}: ${line(instead.command)}</p>`]),
  ].join('\n');
}

function planPart({ steps, cleanup, effects, endpoints }: Plan, evidence: Evidence): string {
  const { systemRoot } = evidence.places;
  const names = endpoints.map(({ name }) => name).join(', ');
  const end = cleanup.map((action) => code(showAction(action, systemRoot)));
  const shown = [
    listOf(
      'ol',
      steps.map((step) => stepItem(step, evidence)),
    ),
    ...(end.length === 0 ? [] : ['<p>At the end, whatever happens:</p>', listOf('ul', end)]),
    ...(effects.length === 0 ? [] : ['<p>Good to know:</p>', listOf('ul', effects.map(escapeHtml))]),
    ...(names === '' ? [] : [`<p>Verified afterwards by a TLS handshake with ${escapeHtml(names)}.</p>`]),
  ].join('\n');
  const count = `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`;
  return `<details>\n<summary>${count} with commands, effects and undo</summary>\n${shown}\n</details>`;
}

function stepItem(step: Step, { places: { systemRoot }, config }: Evidence): string {
  const undo = `<span class="soft">${escapeHtml(undoWords(step.undo, systemRoot))}</span>`;
  const diff = config.known ? diffPart(step.do, config.value) : '';
  return `${escapeHtml(step.title)}<br>\n${code(showAction(step.do, systemRoot))}<br>\n${diff}${undo}`;
}

/** The lines of the configuration that a step changes. */
function diffPart(action: Action, config: Parameters<typeof diffOfAction>[1]): string {
  const hunks = diffOfAction(action, config).map(({ line, removed, added }) => {
    const lines = [
      ...removed.map((text) => `<span class="broken">- ${escapeHtml(text)}</span>`),
      ...added.map((text) => `<span class="ok">+ ${escapeHtml(text)}</span>`),
    ];
    return `line ${line}:\n${lines.join('\n')}`;
  });
  return hunks.length === 0 ? '' : `<pre>${hunks.join('\n')}</pre>\n`;
}

function factsPart(finding: Finding): string {
  const rows = shownFacts(finding).map((fact): readonly [string, string] => [
    escapeHtml(labelOf(fact)),
    `${code(fact.value)}${fact.source === '' ? '' : `<br><span class="soft">read from ${code(fact.source)}</span>`}`,
  ]);
  const found = `found by ${escapeHtml(finding.playbook)}`;
  if (rows.length === 0) return `<p class="soft">${found}</p>`;
  const count = `${rows.length} ${rows.length === 1 ? 'fact' : 'facts'} behind it`;
  return `<details>\n<summary>${count}, ${found}</summary>\n${tableOf(rows)}\n</details>`;
}
