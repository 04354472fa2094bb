// A plan as a person reads it before saying yes: every command and file change, its undo, and what it does to others.

import type { Finding } from '../../model/repair/finding.ts';
import type { Action, Blocked, Plan, Risk, Step } from '../../model/repair/plan.ts';
import type { BlockedFinding } from '../../model/run/run-report.ts';
import type { IisConfig } from '../../model/server/iis-config.ts';
import { showAction } from '../../steps/shown-action.ts';
import { diffOfAction } from '../words/config-diff.ts';
import { commandFor } from '../words/repairs.ts';
import { stepGroups } from '../words/step-groups.ts';
import { undoWords } from '../words/undo-words.ts';
import { paragraph, verbatim } from './layout.ts';
import { paint, type Style } from './style.ts';

const RISK_WORDS: Readonly<Record<Risk, string>> = {
  safe: 'safe',
  disruptive: 'disruptive: --yes does not cover it, --yes=disruptive does',
  manual: 'manual: never applied without a person',
};

/** One plan; ends with a line break. With the configuration at hand, an edit of it is shown line by line. */
export function renderPlan(plan: Plan, systemRoot: string, style: Style, config?: IisConfig): string {
  const lines = [
    paragraph(style, [{ text: plan.title, as: 'strong' }], { first: 0, rest: 2 }),
    paragraph(style, [`for ${plan.finding.subject}`], { first: 2, rest: 4 }),
    paragraph(style, [`risk: ${RISK_WORDS[plan.risk]}`], { first: 2, rest: 4 }),
    ...stepGroups(plan.steps).flatMap(({ indices, title }, index) =>
      groupLines(
        title,
        indices.flatMap((each) => plan.steps[each] ?? []),
        index + 1,
        (step) => stepLines(step, systemRoot, style, config),
        style,
      ),
    ),
    ...cleanupLines(plan.cleanup, systemRoot, style),
    ...(plan.effects.length === 0 ? [] : ['', '  Good to know:']),
    ...plan.effects.map((effect) => paragraph(style, [`- ${effect}`], { first: 2, rest: 4 })),
    ...verifiedLines(plan, style),
  ];
  return `${lines.join('\n')}\n`;
}

/** A step, and under it what is only done where it was not enough. */
function groupLines(
  title: string,
  [first, ...others]: readonly Step[],
  number: number,
  linesOf: (step: Step) => readonly string[],
  style: Style,
): readonly string[] {
  return [
    '',
    paragraph(style, [`${number}. ${title}`], { first: 2, rest: 5 }),
    ...(first === undefined ? [] : linesOf(first)),
    ...others.flatMap((step) => [
      paragraph(style, [`only then: ${step.title}`], { first: 5, rest: 7 }),
      ...linesOf(step),
    ]),
  ];
}

function stepLines(step: Step, systemRoot: string, style: Style, config: IisConfig | undefined): readonly string[] {
  return [
    paint(style, 'strong', verbatim(showAction(step.do, systemRoot), 5)),
    ...editLines(step.do, style, config),
    paint(style, 'dim', verbatim(undoWords(step.undo, systemRoot), 5)),
  ];
}

/** The edit as a diff, where it was made for the text at hand. */
function editLines(action: Action, style: Style, config: IisConfig | undefined): readonly string[] {
  if (config === undefined) return [];
  return diffOfAction(action, config).flatMap(({ line, removed, added }) => [
    paint(style, 'dim', verbatim(`line ${line}:`, 7)),
    ...removed.map((text) => paint(style, 'bad', verbatim(`- ${text}`, 7))),
    ...added.map((text) => paint(style, 'good', verbatim(`+ ${text}`, 7))),
  ]);
}

function cleanupLines(cleanup: readonly Action[], systemRoot: string, style: Style): readonly string[] {
  if (cleanup.length === 0) return [];
  const shown = cleanup.map((action) => paint(style, 'strong', verbatim(showAction(action, systemRoot), 5)));
  return ['', '  At the end, whatever happens:', ...shown];
}

function verifiedLines(plan: Plan, style: Style): readonly string[] {
  if (plan.endpoints.length === 0) return [];
  const names = plan.endpoints.map((endpoint) => endpoint.name).join(', ');
  return ['', paragraph(style, [`Verified afterwards by a TLS handshake with ${names}.`], { first: 2, rest: 4 })];
}

/** All of them, and once what somebody else could do; ends with a line break where there are any. */
export function renderAllBlocked(all: readonly BlockedFinding[], targetArguments: string, style: Style): string {
  const instead = new Map(
    all.flatMap(({ blocked }) => (blocked.instead ? [[blocked.instead.command, blocked.instead]] : [])),
  );
  const ways = [...instead.values()].map(
    ({ says, command }) =>
      `${paragraph(style, [`Or: ${says}:`], { first: 0, rest: 2 })}\n${paint(style, 'strong', verbatim(commandFor(command, targetArguments), 2))}\n`,
  );
  return [...all.map(({ finding, blocked }) => renderBlocked(finding, blocked, targetArguments, style)), ...ways].join(
    '\n',
  );
}

/** Why a finding is not repaired here and now, whose session or decision it takes, and what to run; ends with a line break. */
export function renderBlocked(finding: Finding, blocked: Blocked, targetArguments: string, style: Style): string {
  const head = blocked.refused ? 'Refused' : 'Not repaired from here';
  const lines = [
    paragraph(style, [{ text: `${head}:`, as: 'warn' }, ` ${finding.subject}`], { first: 0, rest: 2 }),
    paragraph(style, [`why: ${blocked.why}`], { first: 2, rest: 4 }),
    ...(blocked.who === undefined ? [] : [paragraph(style, [`needed: ${blocked.who}`], { first: 2, rest: 4 })]),
    ...(blocked.command === undefined
      ? []
      : ['  run there:', paint(style, 'strong', verbatim(commandFor(blocked.command, targetArguments), 4))]),
    ...(blocked.offer === undefined
      ? []
      : [
          paragraph(style, [`or register ${blocked.offer.says}:`], { first: 2, rest: 4 }),
          paint(style, 'strong', verbatim(commandFor(blocked.offer.command, targetArguments), 4)),
        ]),
  ];
  return `${lines.join('\n')}\n`;
}
