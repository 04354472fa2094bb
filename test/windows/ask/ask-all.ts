// All questions to one server, and what is kept of the answers.

import type { KeyObject } from 'node:crypto';
import { UNKNOWNS, type UnknownName } from '../../../src/lab/unknowns.ts';
import type { WindowsAnswers } from '../../../src/lab/windows-answers.ts';
import type { Host } from '../host.ts';
import type { Question } from '../question.ts';
import { QUESTIONS } from '../questions/questions.ts';
import { askOne } from './ask.ts';
import { nothingPersonal, registryValue } from './nothing-personal.ts';

const VERSION = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const LANGUAGE = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\Language';

/** How a server is asked. */
export interface HowAsked {
  readonly version: string;
  readonly questions?: readonly Question[];
  readonly newKey?: () => KeyObject;
  readonly tell?: (line: string) => void;
}

/** Asks, and returns what windows-answers.json holds: nothing in it names the server or a person. */
export async function askAll(host: Host, how: HowAsked): Promise<WindowsAnswers> {
  const { questions = QUESTIONS, tell = () => {} } = how;
  const cleaned = await nothingPersonal(host);
  const answers: WindowsAnswers['answers'][string][] = [];
  for (const question of questions) {
    const { raw, ...said } = await askOne(host, question, how.newKey);
    const asked = 'answer' in said ? said : { why: cleaned(said.why) };
    tell(`${question.switch}: ${'answer' in asked ? asked.answer : `no answer (${asked.why})`}`);
    answers.push({ ...asked, raw: raw.map(cleaned) });
  }
  return {
    formatVersion: 1,
    build: Number(await registryValue(host, VERSION, 'CurrentBuildNumber')),
    // The monthly updates count here, and some of them change the answers.
    revision: Number(await registryValue(host, VERSION, 'UBR')),
    edition: await registryValue(host, VERSION, 'EditionID'),
    language: await registryValue(host, LANGUAGE, 'InstallLanguage'),
    version: how.version,
    answers: Object.fromEntries(questions.map((question, index) => [question.switch, answers[index]!])),
  };
}

/** Where the lab is wrong about this server, a line each. */
export const wrongDefaults = ({ answers }: WindowsAnswers): readonly string[] =>
  Object.entries(answers).flatMap(([name, said]) => {
    const [usual] = UNKNOWNS[name as UnknownName].answers;
    return 'answer' in said && said.answer !== usual
      ? [`${name}: default of the lab: ${usual}; here: ${said.answer}`]
      : [];
  });
