// The lab's certutil, and the product's own way to start a program, which brings the product with it.

import { labPrograms } from '../../../src/lab/programs/index.ts';
import { runThroughProduct } from './run-through-product.ts';
import { start } from './start.ts';

start(
  labPrograms,
  new Map([['lab-run', (args: readonly string[]) => runThroughProduct(args[0] ?? '', args[1] ?? '')]]),
);
