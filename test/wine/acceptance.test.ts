// The acceptance run for a real Windows (npm run test:windows), tried on one fault. This tests the run, not Windows: the
// programs that it starts are the lab's, and the registry alone is Wine's.

import { expect, it } from 'vitest';
import { sharedKey } from '../support/small-lab.ts';
import { accept } from '../windows/acceptance/accept.ts';
import { FAULTS } from '../windows/acceptance/faults/index.ts';
import { newBench, PORT } from '../windows/bench.ts';
import { labOnFreePort } from './lay-out.ts';
import { heal, withServer } from './server.ts';
import { wineHost } from './wine-host.ts';

it('the acceptance run makes, heals and takes back a lost binding', async () => {
  const fault = FAULTS.find(({ id }) => id === 'lost-binding')!;
  const test = async () => {
    const raw: string[] = [];
    const bench = await newBench(wineHost(), raw, () => sharedKey(7));
    const { verdict, steps } = await accept(fault, { bench, heal, knock: (at, port, visit) => visit(at, port) }, raw);
    expect([verdict, steps.filter(({ ok }) => !ok)]).toEqual(['passed', []]);
    expect(steps.map(({ step }) => step)).toContain('as before');
  };
  await withServer(await labOnFreePort(), test, [PORT]);
});
