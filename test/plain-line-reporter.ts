import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

/**
 * Ends the run with the one line that CI looks for: `N passed, N failed`, and `, N skipped` if there are any. Before it stands
 * a line for each failure, `failed: FILE > NAME: WHY`, for whoever is given the end of the output alone.
 */
export default class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const failures = unhandledErrors.map((error) => `outside any test: ${firstLine(error)}`);
    // What breaks outside a test (an import, a hook) has no test of its own to be counted by.
    const broken = (of: TestModule | TestSuite, name: string) =>
      failures.push(...of.errors().map((error) => `${name}: ${firstLine(error)}`));
    for (const module of modules) {
      broken(module, module.relativeModuleId);
      for (const suite of module.children.allSuites()) broken(suite, `${module.relativeModuleId} > ${suite.fullName}`);
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        count[state]++;
        // A test that was started and never ended did not pass.
        if (state === 'failed' || state === 'pending') failures.push(`${nameOf(test)}: ${firstLine(errors?.[0])}`);
      }
    }
    for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
    process.stdout.write(
      `${count.passed} passed, ${failures.length} failed${count.skipped ? `, ${count.skipped} skipped` : ''}\n`,
    );
  }
}

const nameOf = (test: TestCase): string => `${test.module.relativeModuleId} > ${test.fullName}`;

function firstLine(error: unknown): string {
  const message = (error as { readonly message?: string } | undefined)?.message ?? 'it did not end';
  return message.split('\n', 1)[0] ?? '';
}
