// A lab that lies in a folder of the computer we run on.

import { type CallerName, folderDisk, NotALab } from '../../lab/lab.ts';
import type { Machine } from '../machine.ts';
import { labMachine } from './lab-machine.ts';

/** Who may run the tool on a lab, as --as names them. */
export type LabCaller = CallerName;

/** The lab in `folder`, with `as` running the tool; undefined where there is none. */
export function openLabFolder(folder: string, as: CallerName, targetArguments: string): Machine | undefined {
  try {
    return labMachine(folderDisk(folder), { as, targetArguments });
  } catch (error) {
    if (error instanceof NotALab) return undefined;
    throw error;
  }
}
