// The long run of the property tests: 100,000 cases for each reader; `npm run fuzz -- 1000000` for more.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const hours = 4 * 3_600_000;
const args = ['run', 'test/formats', `--testTimeout=${hours}`, `--teardownTimeout=${hours}`];
const { status } = spawnSync(process.execPath, [vitest, ...args], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, FUZZ_RUNS: process.argv[2] ?? '100000' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
