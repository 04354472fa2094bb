// docs/unknowns.md is the table of the lab's switches: UPDATE_DOCS=1 writes it anew.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { UNKNOWNS, unknownsTable } from '../../src/lab/unknowns.ts';
import { hasTestOf, LEANED_ON, leanedOnTable } from './leaned-on.ts';

const DOCUMENT = 'docs/unknowns.md';

const TEXT = `# What is not known of Windows

No source says these for certain. Each is a switch of the lab, its default first: \`lab create --windows SWITCH=ANSWER,...\` makes a
server on which the answer is another one, \`lab unknowns\` prints this table. Every repair is tried under every answer
(\`npm run matrix\`: every two answers of any two switches together); it heals, or leaves all as it was and says so.

${unknownsTable()}
## What a run on a real Windows leans on

Each row was taken for granted once while a public source said otherwise, or none said it. The test that holds it carries the
row's name; where none can, a sentence says what happens.

${leanedOnTable()}
## Ask a Windows server

On a Windows server with IIS that can be thrown away, from an elevated prompt, with the project's source and Node 20.19 or newer
(\`npm ci\` first):

    set IIS_SSL_HEAL_DISPOSABLE=yes
    npm run ask:windows

Each switch has an experiment of its own (\`test/windows/questions\`): it makes sites, certificates and SSL records with Windows' own
programs, looks at what visitors get and at what stands there then, and takes everything back. It takes a few minutes, stops
and starts http.sys once with all that needs it, and does not reboot. What cannot be seen there is no answer, with the reason. It
ends with the defaults of the lab that are wrong there, and writes \`windows-answers.json\` (\`npm run ask:windows -- FILE\`: another file): build, revision, edition,
language, and each answer with all that was done to find it. Names of the server, of people and of domains, their SIDs and addresses
are not in it.

    iis-ssl-heal lab create DIR --windows-answers windows-answers.json

makes a lab of that build that answers as the server did; what it did not answer has its default. \`--windows\` answers more
switches, and is refused where it says something else of one. Whoever changes a default does it in \`src/lab/unknowns\`: the first answer
is the default.

The questions were tried against labs of each answer (\`npm cit\`), and as a program of Windows under Wine (\`npm run ask:wine\`, which
takes too long to be a part of \`npm run test:wine\`), and on no Windows yet: that tests the questions, not Windows.
`;

it('docs/unknowns.md has every switch, in its own words', () => {
  if (process.env.UPDATE_DOCS === '1') writeFileSync(DOCUMENT, TEXT);
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(TEXT);
});

it.each(Object.entries(UNKNOWNS))('%s is tried by the test that it names', (name, { tried }) => {
  expect(readFileSync(tried, 'utf8')).toContain(`'${name}'`);
});

it.each(LEANED_ON)('$row is held by a test of its name, or by a sentence', ({ row, held }) => {
  if ('test' in held) expect(hasTestOf(row, readFileSync(held.test, 'utf8'))).toBe(true);
  else expect(held.says).toMatch(/^[A-Z].*\.$/);
});

it('no row stands there twice, and none is missing of those whose tests have a name', () => {
  const rows = LEANED_ON.map(({ row }) => row);
  expect(new Set(rows).size).toBe(rows.length);
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  const named = files.flatMap((file) => {
    const titles = readFileSync(`test/${file}`, 'utf8').matchAll(/['"`]((?:[AB]\d+(?:, )?)+): \w/g);
    return [...titles].flatMap(([, all = '']) => all.split(', '));
  });
  expect([...new Set(named)].filter((row) => !rows.includes(row))).toEqual([]);
});
