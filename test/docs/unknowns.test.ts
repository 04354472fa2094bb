// docs/unknowns.md is the table of the lab's switches: UPDATE_DOCS=1 writes it anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { UNKNOWNS, unknownsTable } from '../../src/lab/unknowns.ts';

const DOCUMENT = 'docs/unknowns.md';

const TEXT = `# What is not known of Windows

No source says these for certain. Each is a switch of the lab, its default first: \`lab create --windows SWITCH=ANSWER,...\` makes a
server on which the answer is another one, \`lab unknowns\` prints this table. Every repair is tried under every answer
(\`npm run matrix\`: every two answers of any two switches together); it heals, or leaves all as it was and says so.

${unknownsTable()}`;

it('docs/unknowns.md has every switch, in its own words', () => {
  if (process.env.UPDATE_DOCS === '1') writeFileSync(DOCUMENT, TEXT);
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(TEXT);
});

it.each(Object.entries(UNKNOWNS))('%s is tried by the test that it names', (name, { tried }) => {
  expect(readFileSync(tried, 'utf8')).toContain(`'${name}'`);
});
