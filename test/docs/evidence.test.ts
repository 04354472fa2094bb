import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { requestsOf } from '../../src/evidence/sources/requests.ts';
import type { Need, SourceName } from '../../src/evidence/sources/source.ts';
import { sourceNames, sources } from '../../src/evidence/sources/sources.ts';

const DOCUMENT = 'docs/evidence.md';
const BLOCK = /(<!-- files -->\n)([\s\S]*)(<!-- \/files -->)/;

const WITHOUT: Readonly<Record<Need, string>> = {
  verdict: 'nothing is called healthy',
  links: 'a link that needs it is not checked',
  support: 'a check says so, and is still a check',
  origin: 'who makes the folder is told',
  aid: 'nothing is said',
};

/** One line of the document: files, what (and whatever the document says more), and what their absence means. */
function line(name: SourceName, text: string): string {
  const row = sources[name];
  const asked = requestsOf(row, { systemRoot: '', programData: '' }).map(({ folderFile }) => folderFile);
  const standIn = row.standIn ? [row.standIn.request.folderFile] : [];
  const files = [...asked, ...standIn, ...(row.files ?? [])].map((file) => `\`${file}\``).join(', ');
  const secrets = row.secrets ? '; secrets overwritten by as many `*`' : '';
  const start = `| ${files} | ${row.what}${secrets}`;
  const old = text.split('\n').find((each) => each.startsWith(start)) ?? '';
  const more = old.slice(start.length).split(' | ')[0] ?? '';
  return `${start}${more} | ${row.lack ?? WITHOUT[row.needed]} |\n`;
}

it('docs/evidence.md says of every file what the table of evidence says', () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  const lines = sourceNames.map((name) => line(name, text)).join('');
  const made = `| file | what | without it |\n| --- | --- | --- |\n${lines}`;
  if (process.env.UPDATE_DOCS === '1')
    writeFileSync(
      DOCUMENT,
      text.replace(BLOCK, (_all, head: string, _old, tail: string) => head + made + tail),
    );
  expect(BLOCK.exec(readFileSync(DOCUMENT, 'utf8'))?.[2]).toBe(made);
});
