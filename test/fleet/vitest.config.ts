import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { __VERSION__: '"0.0.0"', __COMMIT__: '"source"' },
  test: {
    // What other engines read of us belongs to the stage, although it needs none of their programs.
    include: ['test/fleet/*.test.ts', 'test/docs/dsc-manifest.test.ts', 'test/scripts/winget.test.ts'],
    env: { TZ: 'UTC' },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ['verbose', './test/plain-line-reporter.ts'],
  },
});
