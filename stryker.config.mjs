export default {
  // Where the decisions are made; what surrounds them is held by contract and end-to-end tests.
  mutate: [
    'playbooks/**/*.ts',
    'src/repair/**/*.ts',
    'src/chain/**/*.ts',
    'src/ground/**/*.ts',
    'src/steps/**/*.ts',
    'src/unattended/**/*.ts',
    'src/diagnosis/**/*.ts',
  ],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation.vitest.config.ts' },
  // Stryker reads tsconfig.json through an API that TypeScript 7 no longer has; it skips a file that is not there.
  tsconfigFile: 'none.json',
  reporters: ['clear-text', 'progress', 'html'],
  ignorePatterns: ['dist', 'coverage', 'reports'],
  concurrency: 2,
  thresholds: { high: 90, low: 80, break: 80 },
};
