import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { __VERSION__: '"0.0.0"', __COMMIT__: '"source"' },
  test: {
    include: ['test/fleet/*.test.ts'],
    env: { TZ: 'UTC' },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ['verbose', './test/plain-line-reporter.ts'],
  },
});
