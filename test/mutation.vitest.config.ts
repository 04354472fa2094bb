import { mergeConfig } from 'vitest/config';
import base from '../vitest.config.ts';

// Every mutant runs the tests again: only those that stay in this process, and of the source, not of dist.
const config = mergeConfig(base, { test: { exclude: ['test/cli/**', 'test/borders.test.ts'] } });

/** `MUTATION_TESTS=test/playbooks/**` lets these alone judge: what they leave alive is theirs to see, and it takes minutes. */
const { MUTATION_TESTS: only } = process.env;
if (only) config.test = { ...config.test, include: only.split(',') };

export default config;
