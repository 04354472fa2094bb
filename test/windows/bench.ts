// The bench that questions and the acceptance run work on.

export { newBench } from './bench/new-bench.ts';
export { type Bench, flagsOf, PORT } from './bench/types.ts';
