import { defineConfig } from 'vitest/config';
import { definitions } from '../../scripts/program-facts.mjs';

export default defineConfig({
  // What the tests take of the source asks for them; and a journal of Linux names the version that one of the .exe names.
  define: definitions(),
  test: {
    include: ['test/wine/*.test.ts'],
    // Minutes: npm run acceptance.
    exclude: process.env.ACCEPTANCE === 'wine' ? [] : ['test/wine/acceptance.test.ts'],
    globalSetup: ['test/wine/global-setup.ts'],
    // As many as global-setup.ts makes Windows.
    maxWorkers: 2,
    pool: 'forks',
    testTimeout: 480_000,
    hookTimeout: 240_000,
    teardownTimeout: 60_000,
    // Every test with its time.
    reporters: ['verbose', './test/plain-line-reporter.ts'],
  },
});
