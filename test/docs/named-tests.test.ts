// What the documents say about tests: each file that they name is there, and each title stands in its file.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

/** `test/a.test.ts`, and the titles in quotes right behind it. */
const NAMED = /`(test\/[^`]+)`((?:,? "[^"]+")*)/g;

describe.each(['docs/guarantees.md', 'docs/threat-model.md'])('%s', (document) => {
  const named = [...readFileSync(join(ROOT, document), 'utf8').matchAll(NAMED)];

  it('names tests that there are', () => {
    expect(named.length).toBeGreaterThan(10);
    expect(named.map(([, path = '']) => path).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('quotes titles that stand in their files', () => {
    const strange = named.flatMap(([, path = '', titles = '']) => {
      // A folder is named without titles.
      if (titles === '') return [];
      const text = existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : '';
      return [...titles.matchAll(/"([^"]+)"/g)].flatMap(([, title = '']) =>
        text.includes(title) ? [] : [`${path}: ${title}`],
      );
    });
    expect(strange).toEqual([]);
  });
});
