// A busy computer: one process for each core that does nothing but count.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Begins, and gives what ends it. */
export function load() {
  const busy = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  return () => {
    for (const each of busy) each.kill();
  };
}
