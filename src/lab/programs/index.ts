// The programs of a lab server, by their bare name.

import type { LabProgram } from '../program.ts';
import { certutil } from './certutil.ts';
import { withoutPfx } from './without-pfx.ts';

/** One line a program. */
export const labPrograms: ReadonlyMap<string, LabProgram> = new Map([...withoutPfx, ['certutil', certutil]]);
