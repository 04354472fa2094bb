import type { Stopping } from '../../src/person/stopping.ts';

/** Nobody stops it. */
export const STOPPING: Stopping = { signal: new AbortController().signal, inOrder: (work) => work() };
