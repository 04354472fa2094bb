// What no source says for certain of Windows: each point is a switch of the lab, with every answer that could be the right
// one. What is built on the lab has to end well under each of them.

import type { LabFacts } from './server.ts';
import { CERTUTIL } from './unknowns/certutil.ts';
import { HTTP_SYS } from './unknowns/http-sys.ts';
import { IIS } from './unknowns/iis.ts';
import { NETSH } from './unknowns/netsh.ts';
import { SESSION } from './unknowns/session.ts';
import type { Unknown } from './unknowns/unknown.ts';

/** Every switch, by name. */
export const UNKNOWNS = { ...HTTP_SYS, ...NETSH, ...CERTUTIL, ...IIS, ...SESSION } as const satisfies Readonly<
  Record<string, Unknown>
>;

/** The name of a switch. */
export type UnknownName = keyof typeof UNKNOWNS;

/** Answers that a lab was given; what is left out has its default. */
export type Answers = { readonly [Name in UnknownName]?: (typeof UNKNOWNS)[Name]['answers'][number] };

/** Which switches were asked since somebody emptied it: what was never asked for decides nothing (test/repair/matrix). */
export const askedSwitches = new Set<UnknownName>();

/** The lab's answer; to be asked for only where another one would change what happens. */
export function answerOf<Name extends UnknownName>(
  { unknowns }: Pick<LabFacts, 'unknowns'>,
  name: Name,
): (typeof UNKNOWNS)[Name]['answers'][number] {
  askedSwitches.add(name);
  return unknowns?.[name] ?? UNKNOWNS[name].answers[0];
}

/** True for an object of switches that exist, each with one of its answers. */
export const areAnswers = (given: object): boolean =>
  Object.entries(given).every(([name, answer]) => {
    const unknown: Unknown | undefined = Object.hasOwn(UNKNOWNS, name) ? UNKNOWNS[name as UnknownName] : undefined;
    return unknown?.answers.includes(answer) ?? false;
  });

/** The answers of `SWITCH=ANSWER,...`; or, in one sentence, why it has none. */
export function parseAnswers(text: string): { readonly answers: Answers } | { readonly wrong: string } {
  const answers: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [name = '', answer = '', ...more] = part.split('=');
    const unknown: Unknown | undefined = Object.hasOwn(UNKNOWNS, name) ? UNKNOWNS[name as UnknownName] : undefined;
    if (unknown === undefined)
      return { wrong: `there is no switch "${name}"; a lab has ${Object.keys(UNKNOWNS).join(', ')}` };
    if (more.length > 0 || !unknown.answers.includes(answer))
      return { wrong: `"${part}" is no answer; ${name} is ${unknown.answers.join(' or ')}` };
    if (name in answers) return { wrong: `${name} is answered twice` };
    answers[name] = answer;
  }
  return { answers };
}

/** The table of all switches in Markdown, the default answer first. */
export function unknownsTable(): string {
  const rows = Object.entries(UNKNOWNS).map(
    ([name, { answers, decides, why, otherwise }]) =>
      `| \`${name}\` | ${answers.join(', ')} | ${decides} | ${why} | ${otherwise} |`,
  );
  const heads = ['switch', 'answers', 'it decides', 'why it is not known', 'what another answer broke, or would'];
  return [`| ${heads.join(' | ')} |`, `|${' --- |'.repeat(heads.length)}`, ...rows, ''].join('\n');
}
