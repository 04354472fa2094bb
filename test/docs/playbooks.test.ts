// What the documents say of the playbooks is what the playbooks say themselves: UPDATE_DOCS=1 writes it anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { playbooks } from '../../playbooks/index.ts';
import type { Playbook } from '../../src/model/repair/playbook.ts';

const FAULTS = 'docs/faults.md';
const TABLE = /(\| you see \| it is \| `fix` \|\n\| --- \| --- \| --- \|\n)((?:\|.*\n)*)/;

const isUpdate = process.env.UPDATE_DOCS === '1';

it('README.md has a row for each playbook, in its own words', () => {
  const rows = playbooks.map(
    ({ id, title, symptom, remedy }) => `| ${symptom} | [\`${id}\`](${FAULTS}#${id}): ${title} | ${remedy} |\n`,
  );
  const text = readFileSync('README.md', 'utf8');
  if (isUpdate) {
    writeFileSync(
      'README.md',
      text.replace(TABLE, (_all, head: string) => head + rows.join('')),
    );
  }
  expect(TABLE.exec(readFileSync('README.md', 'utf8'))?.[2]).toBe(rows.join(''));
});

it('faults.md has a section for each playbook, in its own words', () => {
  const text = [HEAD, ...playbooks.map(section)].join('\n');
  if (isUpdate) writeFileSync(FAULTS, text);
  expect(readFileSync(FAULTS, 'utf8')).toBe(text);
});

const HEAD = `# The faults

One section a fault, in the order in which they are mended, made from the words of its playbook.
`;

const section = ({ id, title, symptom, cause, remedy, mayGoWrong, takenBack, sources }: Playbook): string => `## ${id}

${title}.

- **What you see**: ${symptom}.
- **Why it happens**: ${cause}
- **What is done**: \`fix\` ${remedy}.
- **What can go wrong**: ${mayGoWrong}
- **How it is taken back**: ${takenBack}
- **Source**: ${sources.join('; ')}.
`;
