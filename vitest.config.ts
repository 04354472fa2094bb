import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

export default defineConfig({
  // scripts/build.mjs puts the real ones into the program.
  define: { __VERSION__: '"0.0.0"', __COMMIT__: '"source"' },
  test: {
    include: ['test/**/*.test.ts'],
    // With a set-up of their own: npm run test:wine, test:package, test:pages, test:fleet.
    exclude: ['node_modules/**', 'test/wine/**', 'test/package/**', 'test/pages/**', 'test/fleet/**'],
    // The heading of a report shows local time.
    env: { TZ: 'UTC' },
    globalSetup: './test/support/scratch-folder.ts',
    // No test may leave state in a module, so one process serves many files: 24 files took 0.6 s instead of 3.6.
    pool: 'forks',
    isolate: false,
    // Vitest takes one core less than there are, which on two cores would be one test file at a time.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Tests start programs, make RSA keys and shake hands over TLS.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/plain-line-reporter.ts'],
    coverage: { provider: 'v8', include: ['src/**', 'playbooks/**'] },
  },
});
