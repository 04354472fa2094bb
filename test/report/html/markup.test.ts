// Every page is valid HTML by the rules of html-validate.

import { HtmlValidate } from 'html-validate/node';
import { expect, it } from 'vitest';
import { allPages } from '../../support/pages.ts';

const validator = new HtmlValidate({ extends: ['html-validate:recommended', 'html-validate:a11y'] });

it('is valid, whatever the server is and however its names are', async () => {
  const pages = await allPages();
  expect(pages.length).toBeGreaterThan(15);
  for (const { name, html } of pages) {
    const report = await validator.validateString(html);
    const complaints = report.results.flatMap(({ messages }) =>
      messages.map(({ line, ruleId, message }) => `${name}, line ${line}: ${ruleId}: ${message}`),
    );
    expect(complaints).toEqual([]);
  }
});

it('finds a page that is not', async () => {
  const [page] = await allPages();
  const broken = page?.html.replace('</section>', '').replace('</h1>', '</h2>') ?? '';
  expect((await validator.validateString(broken)).valid).toBe(false);
});
