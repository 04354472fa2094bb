// The lab's programs as real programs of Windows, but for certutil: they start in half its time without the package that
// reads PFX files.

import { withoutPfx } from '../../../src/lab/programs/without-pfx.ts';
import { rebootLab } from '../../../src/lab/services/reboot.ts';
import { restartIis } from '../../../src/lab/services/restart-iis.ts';
import { hold } from './hold.ts';
import { start } from './start.ts';
import { startHidden } from './start-hidden.ts';
import { thisServer } from './this-server.ts';

start(
  withoutPfx,
  new Map<string, (args: readonly string[]) => unknown>([
    ['lab-http', async (args) => (await import('./http-sys.ts')).serve(args[0] ?? '', args.slice(1).map(Number))],
    ['lab-hold', (args) => hold(args[0] ?? '', args[1] ?? '', args[2] ?? '')],
    ['lab-reboot', () => rebootLab(thisServer().server)],
    ['lab-restart-iis', () => restartIis(thisServer().server)],
    ['lab-hidden', (args) => startHidden(args[0] ?? '', args[1] ?? '', args[2] ?? '', args.slice(3))],
    // Not one of the lab's, and all that it is asked for is whether the caller is elevated.
    ['fltmc', () => (process.exitCode = thisServer().caller.elevated ? 0 : 5)],
  ]),
);
