import { describe, expect, it } from 'vitest';
import { bundledProgram } from '../../scripts/bundle.mjs';

/** Importing it reads the title of the console, and libuv ends a program whose console has none. */
const PROCESS_MODULE = /(?:from\s*|import\s*|require\()["'](?:node:)?process["']/;

/** The bundler writes the path of each module before it. */
const OWN_MODULES = /^ *\/\/ ((?:src|playbooks)\/\S+)$/gm;

const { files, packages } = await bundledProgram();
const texts = [...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString('utf8')] as const);
const modulesOf = (text: string) => [...text.matchAll(OWN_MODULES)].map(([, path = '']) => path);

describe('the bundle', () => {
  it('is CommonJS without the module of process, and says which packages are in it', () => {
    for (const [, text] of texts) {
      expect(text).not.toMatch(PROCESS_MODULE);
      expect(text).not.toMatch(/^import\b/m);
    }
    expect([...packages]).toEqual(expect.arrayContaining(['node_modules/execa', 'node_modules/node-forge']));
    expect([...packages].filter((path) => !path.startsWith('node_modules/'))).toEqual([]);
  });

  it('has each module of ours in one of its files: in two of them, no error and no answer would be the same', () => {
    const modules = texts.flatMap(([, text]) => [...new Set(modulesOf(text))]);
    expect(modules.length).toBeGreaterThan(500);
    expect(modules).toEqual([...new Set(modules)]);
  });

  it('keeps the lab out of the program itself, and the packages that few commands need', () => {
    const program = new Map(texts).get('program.cjs') ?? '';
    expect(modulesOf(program).filter((path) => path.startsWith('src/lab/'))).toEqual([]);
    for (const name of ['node-forge', 'execa', 'listr2']) expect(program).not.toContain(`// node_modules/${name}/`);
  });
});
