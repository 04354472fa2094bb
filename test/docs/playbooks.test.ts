// What the documents say of the playbooks is what the playbooks say themselves: UPDATE_DOCS=1 writes it anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';

const TABLE = /(\| you see \| it is \| `fix` \|\n\| --- \| --- \| --- \|\n)((?:\|.*\n)*)/;

it('README.md has a row for each playbook, in its own words', () => {
  const rows = playbooks.map(({ id, title, symptom, remedy }) => `| ${symptom} | \`${id}\`: ${title} | ${remedy} |\n`);
  const text = readFileSync('README.md', 'utf8');
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(
      'README.md',
      text.replace(TABLE, (_all, head: string) => head + rows.join('')),
    );
  }
  expect(TABLE.exec(readFileSync('README.md', 'utf8'))?.[2]).toBe(rows.join(''));
});
