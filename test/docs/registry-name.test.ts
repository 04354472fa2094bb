// The package is on no registry, so its name there is free: whoever takes it would be run, elevated, by those who were told to
// have npm fetch it. Nothing that a person reads tells anybody to.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const READ = ['.', 'docs', 'src', 'playbooks', 'scripts', 'bin', '.github'];

const texts = READ.flatMap((folder) =>
  readdirSync(folder, { recursive: folder !== '.', encoding: 'utf8' }).map((name) => join(folder, name)),
).filter((path) => /\.(md|ts|mjs|json|yml|ps1|cmd)$/.test(path) && statSync(path).isFile());

/** A program that fetches what it is named, with our name on its line; a packed file has that name in its own. */
const FETCHED =
  /\b(npx|npm (x|exec|i|install|add|pack|update)|pnpm (dlx|add)|yarn (dlx|add)|bunx)\b[^`\n]*?[\s"'@/]iis-ssl-heal(?![-\w.]*\.tgz)\b/;

it('is told by no document, help text or message to be fetched', () => {
  expect(texts.length).toBeGreaterThan(300);
  const told = texts.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => FETCHED.test(line))
      .map((line) => `${path}: ${line}`),
  );
  expect(told).toEqual([]);
});

it.each([
  ['npx iis-ssl-heal check', true],
  ['npx --yes iis-ssl-heal@latest', true],
  ['npm install --global iis-ssl-heal', true],
  ['npm i -g "iis-ssl-heal"', true],
  ['npm exec -- iis-ssl-heal', true],
  ['npm pack iis-ssl-heal', true],
  ['npm install --global ./iis-ssl-heal-0.1.0.tgz', false],
  ['npm install --global --offline ./iis-ssl-heal-0.1.0.tgz', false],
  ['npm ci && npm run build && npm link', false],
])('"%s" is such a line: %s', (line, is) => {
  expect(FETCHED.test(line)).toBe(is);
});

it('names in the documents the packed file that npm pack makes of this version', () => {
  const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const named = texts.flatMap((path) => readFileSync(path, 'utf8').match(/iis-ssl-heal-[\w.]+\.tgz/g) ?? []);
  expect([...new Set(named)]).toEqual([`${name}-${version}.tgz`]);
});
