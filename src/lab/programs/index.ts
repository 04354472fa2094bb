// The programs of a lab server, by their bare name.

import type { LabProgram } from '../program.ts';
import { certutil } from './certutil.ts';
import { netsh } from './netsh.ts';

/** One line a program. */
export const labPrograms: ReadonlyMap<string, LabProgram> = new Map([
  ['certutil', certutil],
  ['netsh', netsh],
]);
