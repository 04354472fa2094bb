import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { __VERSION__: '"0.0.0"', __COMMIT__: '"source"' },
  test: {
    include: ['test/pages/*.test.ts'],
    env: { TZ: 'UTC' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['verbose', './test/plain-line-reporter.ts'],
  },
});
