import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { licencesOf, packagesOf } from '../../scripts/licences.mjs';
import { root } from '../../scripts/program-facts.mjs';

const of = (...names: readonly string[]) => licencesOf(new Set(names.map((name) => `node_modules/${name}`)));

describe('the packages of a bundle', () => {
  it('are the innermost ones, each once, by name', () => {
    const inputs = [
      'src/main.ts',
      'node_modules/which/which.js',
      'node_modules/@inquirer/core/dist/index.js',
      'node_modules/wrap-ansi/node_modules/string-width/index.js',
      'node_modules/which/lib/other.js',
    ];
    expect([...packagesOf({ inputs: Object.fromEntries(inputs.map((input) => [input, {}])) })]).toEqual([
      'node_modules/@inquirer/core',
      'node_modules/which',
      'node_modules/wrap-ansi/node_modules/string-width',
    ]);
  });
});

describe('the licences handed on', () => {
  it('are the whole texts, with name and version', () => {
    const text = of('execa', 'node-forge');
    for (const [name, file] of [
      ['execa', 'license'],
      ['node-forge', 'LICENSE'],
    ] as const) {
      const folder = join(root, 'node_modules', name);
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
      expect(text).toContain(`${name} ${version}, `);
      expect(text).toContain(readFileSync(join(folder, file), 'utf8').trim().replaceAll('\r\n', '\n'));
    }
  });

  it('names the licence of a package that has no file of it', () => {
    expect(of('@nodable/entities')).toMatch(/@nodable\/entities \S+, MIT\n$/);
  });

  it('of everything in the program are beside it', () => {
    const text = readFileSync(join(root, 'dist', 'third-party-licences.txt'), 'utf8');
    expect(text).toMatch(/^commander \S+, MIT$/m);
    expect(text).toMatch(/^execa \S+, MIT$/m);
  });
});
