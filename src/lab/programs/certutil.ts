import type { LabProgram } from '../program.ts';
import { printed } from '../program.ts';

/** certutil. */
export const certutil: LabProgram = () => printed([], 1);
