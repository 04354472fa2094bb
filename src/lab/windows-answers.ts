// windows-answers.json: what `npm run ask:windows` found out about a real server. A lab can be made that behaves as it did.

import type { Unknown } from './unknowns/unknown.ts';
import { type Answers, UNKNOWNS, type UnknownName } from './unknowns.ts';

/** What is in the file. Nothing in it names the server or a person. */
export interface WindowsAnswers {
  readonly formatVersion: 1;
  /** The build of Windows, and its revision, which grows with the monthly updates; 0 where the server does not say. */
  readonly build: number;
  readonly revision: number;
  /** For example `ServerStandard`; '' where the server does not say. */
  readonly edition: string;
  /** The language that Windows was installed in, as it numbers them: `0409` is English. */
  readonly language: string;
  /** Of the program that asked. */
  readonly version: string;
  /** By the name of the switch: its answer, or why there is none; and all that was done to find it, line by line. */
  readonly answers: Readonly<
    Record<string, ({ readonly answer: string } | { readonly why: string }) & { readonly raw: readonly string[] }>
  >;
}

/** What a lab needs of it. What the server did not answer has its default. */
export interface ToldOfWindows {
  readonly answers: Answers;
  readonly osBuild?: number;
}

/** Reads the text of such a file; or says, as the rest of a sentence about it, why it cannot. */
export function readWindowsAnswers(text: string): ToldOfWindows | { readonly wrong: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { wrong: 'is not JSON' };
  }
  if (!isObject(parsed)) return { wrong: 'holds no answers of npm run ask:windows' };
  const { formatVersion, build, answers } = parsed;
  if (formatVersion !== 1)
    return { wrong: `has the formatVersion ${JSON.stringify(formatVersion)}, and only 1 can be read` };
  if (!isObject(answers)) return { wrong: 'holds no answers of npm run ask:windows' };
  const isBuild = typeof build === 'number' && Number.isSafeInteger(build) && build >= 0;
  if (!isBuild) return { wrong: 'does not say the build of the server' };
  const found: Record<string, string> = {};
  for (const [name, said] of Object.entries(answers)) {
    const unknown: Unknown | undefined = Object.hasOwn(UNKNOWNS, name) ? UNKNOWNS[name as UnknownName] : undefined;
    if (unknown === undefined) return { wrong: `answers a switch "${name}", which this version does not have` };
    if (!isObject(said) || (typeof said.answer !== 'string' && typeof said.why !== 'string'))
      return { wrong: `has no answer of ${name}, and no reason why there is none` };
    if (said.answer === undefined) continue;
    if (typeof said.answer !== 'string' || !unknown.answers.includes(said.answer))
      return {
        wrong: `answers ${name} with ${JSON.stringify(said.answer)}, which is not ${unknown.answers.join(' or ')}`,
      };
    found[name] = said.answer;
  }
  return { answers: found, ...(build > 0 && { osBuild: build }) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
