// Every fault of the family that can be made for real, in the order in which they are tried.

import type { Fault } from '../fault.ts';
import { keyFaults } from './key-faults.ts';
import { recordFaults } from './record-faults.ts';
import { visitorFaults } from './visitor-faults.ts';

/** All of them. */
export const FAULTS: readonly Fault[] = [...keyFaults, ...recordFaults, ...visitorFaults];
