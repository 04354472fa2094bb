// tasklist.exe /fo csv /nh: the processes, one a row. Written from the command reference; no transcript is held against it.

import { type LabProgram, printed } from '../program.ts';

/** Those that a lab has to be told of: the kernel, a service, and whoever else listens. */
export const tasklist: LabProgram = (args, { facts }) => {
  const words = args.map((argument) => argument.toLowerCase());
  if (words.join(' ') !== '/fo csv /nh') return printed(['ERROR: Invalid argument/option.'], 1);
  const others = (facts.otherListeners ?? []).map(({ image, processId }) => [image, processId] as const);
  const all = new Map<number, string>([
    [0, 'System Idle Process'],
    [4, 'System'],
    [968, 'svchost.exe'],
  ]);
  for (const [image, processId] of others) all.set(processId, image);
  return printed([...all].map(([processId, image]) => `"${image}","${processId}","Services","0","12,340 K"`));
};
