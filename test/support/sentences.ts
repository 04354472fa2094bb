// Every sentence that a person meets, with where it comes from: what the tests of words walk over.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { playbooks } from '../../playbooks/index.ts';
import { commandLine } from '../../src/cli/cli.ts';
import { CODES } from '../../src/explain/codes.ts';
import { EVENTS } from '../../src/explain/events.ts';
import { WORDS } from '../../src/explain/words.ts';
import { RUN_OUTCOMES, UNATTENDED_OUTCOMES } from '../../src/model/run/run-outcome.ts';
import type { Stopping } from '../../src/person/stopping.ts';
import { explainedTerm, glossaryTerms } from '../../src/report/words/glossary.ts';

/** `message`: of a finding. `text`: full sentences. `clause`: a title, a reason, a part of a sentence. */
export interface Said {
  readonly where: string;
  readonly as: 'message' | 'text' | 'clause';
  readonly says: string;
}

/** All that does not need a server to be said. */
export const allSaid = (): readonly Said[] => [
  ...ofPlaybooks(),
  ...ofFixtures(),
  ...ofTable(),
  ...ofExplain(),
  ...ofOutcomes(),
  ...ofGlossary(),
  ...ofHelp(),
];

const said = (where: string, as: Said['as'], ...all: readonly string[]): readonly Said[] =>
  all.map((says) => ({ where, as, says }));

const ofPlaybooks = (): readonly Said[] =>
  playbooks.flatMap(({ id, title, symptom, remedy, cause, mayGoWrong, takenBack }) => [
    ...said(`${id}, in the list`, 'clause', title, symptom, remedy),
    ...said(`${id}, explained`, 'text', cause, mayGoWrong, takenBack),
  ]);

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'told');

/** What each playbook says over labs, as told.test.ts has written it down. */
const ofFixtures = (): readonly Said[] =>
  readdirSync(FIXTURES).flatMap((file) =>
    readFileSync(join(FIXTURES, file), 'utf8')
      .split('\n')
      .flatMap((line) => toldLine(file, line)),
  );

function toldLine(file: string, line: string): readonly Said[] {
  const one = (as: Said['as'], pattern: RegExp) => {
    const [, ...parts] = pattern.exec(line) ?? [];
    return said(file, as, ...parts.filter((part) => part !== ''));
  };
  return [
    ...one('message', /^[\w-]+:.*?, (?:broken|warning|note)[^:]*: (.*)$/),
    ...one('text', /^ {2}effect: (.*)$/),
    ...one('clause', /^ {2}step: (.*?) -> /),
    ...one('clause', /^ {2}way [\w-]+: (.*)$/),
    ...one('clause', /^plan of .*?: (?=[A-Z])(.*) \(\w/),
    ...one('clause', /^no plan of [^ ]*?: (.*?)(?: \|.*)?$/),
  ];
}

/** What links say of every kind of binding, record and visitor. */
const ofTable = (): readonly Said[] =>
  readFileSync(join(import.meta.dirname, '..', 'chain', 'visitor-table.txt'), 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line) =>
      said(
        'visitor-table.txt',
        'clause',
        ...(line.split(' · ')[5] ?? '').replace(/\((?:GOOD|OTHER|THIRD|GONE)\)|, GOOD/g, '').split(' | '),
      ),
    )
    .filter(({ says }) => says !== '');

const ofExplain = (): readonly Said[] => [
  ...CODES.flatMap(({ name, onIis, todo }) => said(`explain ${name}`, 'text', onIis, todo)),
  ...EVENTS.flatMap(({ id, message, onIis, todo }) => said(`explain ${id}`, 'text', message, onIis, todo)),
  ...WORDS.flatMap(({ names: [name], message, onIis, todo }) => said(`explain ${name}`, 'text', message, onIis, todo)),
];

const ofOutcomes = (): readonly Said[] => [
  ...Object.entries(RUN_OUTCOMES).flatMap(([name, { sentence }]) => said(`outcome ${name}`, 'text', sentence)),
  ...Object.entries(UNATTENDED_OUTCOMES).flatMap(([name, { sentence }]) => said(`outcome ${name}`, 'text', sentence)),
];

const ofGlossary = (): readonly Said[] =>
  glossaryTerms().flatMap((term) => said(`glossary, ${term}`, 'text', `${explainedTerm(term)?.line}.`));

const STOPPING = { signal: new AbortController().signal } as Stopping;

/** Of every command and option: a sentence where it begins as one. */
function ofHelp(): readonly Said[] {
  const none = { out: () => {}, err: () => {} };
  const all = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(all)];
  return all(commandLine(none as never, { command: '' }, STOPPING)).flatMap((command) =>
    [command.description(), ...command.options.map(({ description }) => description)]
      .filter((text) => text !== '')
      .flatMap((text) => said(`help of ${command.name()}`, /^[A-Z][a-z]/.test(text) ? 'text' : 'clause', text)),
  );
}
