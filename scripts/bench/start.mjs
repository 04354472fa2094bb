// Starting, against a Node that has nothing to do: here, and the .exe where programs of Windows run.
import { inTurn } from './measure.mjs';
import { check, evidenceFolder, program } from './program.mjs';
import { windowsStart } from './windows-start.mjs';

const ROUNDS = 15;

/** @param {string} work @returns {AsyncGenerator<import('./table.mjs').Row | string>} */
export async function* start(work) {
  const nothing = { args: ['-e', '0'], exitCode: 0 };
  const few = evidenceFolder(work, 3);
  const [none = [], told = [], small = []] = inTurn(ROUNDS, [nothing, program(['--version']), check(few)]);
  yield { what: '--version against an empty Node', value: told, base: none, target: 1.2, unit: 'ms' };
  yield { what: 'check of 3 sites against an empty Node', value: small, base: none, target: 1.7, unit: 'ms' };

  const windows = await windowsStart(work, few);
  if (windows === undefined) return yield 'skipped: the start of the .exe: this is no Windows, and there is no Wine';
  try {
    const [bare = [], exe = [], exeSmall = []] = inTurn(ROUNDS, windows.programs);
    const against = `against a bare node.exe ${windows.node}`;
    yield { what: `.exe --version ${against}`, value: exe, base: bare, target: 1.2, unit: 'ms' };
    yield { what: `.exe check of 3 sites ${against}`, value: exeSmall, base: bare, target: 1.7, unit: 'ms' };
  } finally {
    windows.end();
  }
}
