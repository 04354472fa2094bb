// The programs of a lab server but certutil, by their bare name: it alone knows PFX files, whose package takes longer to load than
// all the others.

import type { LabProgram } from '../program.ts';
import { appcmd } from './appcmd/appcmd.ts';
import { eventcreate } from './events/eventcreate.ts';
import { wevtutil } from './events/wevtutil.ts';
import { icacls } from './icacls/icacls.ts';
import { iisreset } from './iisreset.ts';
import { net } from './net.ts';
import { netsh } from './netsh.ts';
import { netstat } from './netstat.ts';
import { reg } from './reg/reg.ts';
import { sc } from './sc.ts';
import { schtasks } from './schtasks/schtasks.ts';
import { takeown } from './takeown.ts';
import { tasklist } from './tasklist.ts';
import { whoami } from './whoami.ts';

/** One line a program. */
export const withoutPfx: ReadonlyMap<string, LabProgram> = new Map([
  ['appcmd', appcmd],
  ['eventcreate', eventcreate],
  ['icacls', icacls],
  ['iisreset', iisreset],
  ['net', net],
  ['netsh', netsh],
  ['netstat', netstat],
  ['reg', reg],
  ['sc', sc],
  ['schtasks', schtasks],
  ['takeown', takeown],
  ['tasklist', tasklist],
  ['wevtutil', wevtutil],
  ['whoami', whoami],
]);
