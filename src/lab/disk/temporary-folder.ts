// Where programs are told to write what is read and removed at once.

import type { LabServer } from '../server.ts';
import { answerOf } from '../unknowns.ts';

/** By one of two answers it has a name of the 8.3 kind; the lab's disk knows the folder by no other. */
export const temporaryFolder = ({ facts }: Pick<LabServer, 'facts'>): string =>
  answerOf(facts, 'short-names') === 'short' ? 'C:\\Windows\\TEMPOR~1' : 'C:\\Windows\\Temp';
