import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with the one line that CI looks for: `N passed, N failed`, and `, N skipped` if there are any. */
export default class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++;
      // What breaks outside a test (an import, a hook) has no test of its own to be counted by.
      count.failed += module.errors().length;
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
    }
    // A test that was started and never ended did not pass.
    const failed = count.failed + count.pending;
    process.stdout.write(
      `${count.passed} passed, ${failed} failed${count.skipped ? `, ${count.skipped} skipped` : ''}\n`,
    );
  }
}
