// The programs of a lab server, by their bare name.

import type { LabProgram } from '../program.ts';
import { appcmd } from './appcmd/appcmd.ts';
import { certutil } from './certutil.ts';
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
export const labPrograms: ReadonlyMap<string, LabProgram> = new Map([
  ['appcmd', appcmd],
  ['certutil', certutil],
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
