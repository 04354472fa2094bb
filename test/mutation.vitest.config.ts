import { mergeConfig } from 'vitest/config';
import base from '../vitest.config.ts';

// Every mutant runs the tests again: only those that stay in this process, and of the source, not of dist.
export default mergeConfig(base, { test: { exclude: ['test/cli/**', 'test/borders.test.ts'] } });
