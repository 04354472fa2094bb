import { describe, expect, it } from 'vitest';
import { bundled } from '../../scripts/bundle.mjs';

/** Importing it reads the title of the console, and libuv ends a program whose console has none. */
const PROCESS_MODULE = /(?:from\s*|import\s*|require\()["'](?:node:)?process["']/;

describe('the bundle', () => {
  it('is CommonJS without the module of process, and says which packages are in it', async () => {
    const { script, packages } = await bundled('src/main.ts');
    const text = Buffer.from(script).toString('utf8');
    expect(text).not.toMatch(PROCESS_MODULE);
    expect(text).not.toMatch(/^import\b/m);
    expect([...packages]).toEqual(expect.arrayContaining(['node_modules/execa', 'node_modules/node-forge']));
    expect([...packages].filter((path) => !path.startsWith('node_modules/'))).toEqual([]);
  });
});
