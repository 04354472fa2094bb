import { expect, it } from 'vitest';
import type { Machine } from '../../../src/machine/machine.ts';
import type { Command } from '../../../src/model/repair/command.ts';
import { known } from '../../../src/model/server/known.ts';
import { momentOf } from '../../../src/repair/executor/moment.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';

const QUERY: Command = { program: 'reg', args: ['query', 'HKLM\\SOFTWARE'] };
const GREETING = { address: '127.0.0.1', port: 443, name: '' };

/** A machine whose programs end with these codes in turn, and with the last one from then on. */
function ending(...codes: readonly number[]) {
  let starts = 0;
  const machine: Machine = {
    ...machineOn(labDisk()),
    run: async () => {
      const exitCode = codes[Math.min(starts, codes.length - 1)] ?? 0;
      starts += 1;
      return { started: true, exitCode, stdout: Buffer.from(String(starts)), stderr: Buffer.alloc(0) };
    },
    handshake: async () => known({ outcome: 'no-tls', detail: '' }, { kind: 'handshake', endpoint: '' }),
  };
  return { moment: momentOf(machine), starts: () => starts };
}

it('asks a program the same once, and another thing for itself', async () => {
  const { moment, starts } = ending(0);
  expect(await moment.run(QUERY)).toEqual(await moment.run({ ...QUERY, args: [...QUERY.args] }));
  expect(starts()).toBe(1);
  await moment.run({ ...QUERY, args: ['query', 'HKLM\\SYSTEM'] });
  expect(starts()).toBe(2);
});

it('asks again what has not answered', async () => {
  const { moment, starts } = ending(1, 0);
  for (const exitCode of [1, 0, 0]) expect(await moment.run(QUERY)).toMatchObject({ exitCode });
  expect(starts()).toBe(2);
});

it('asks everything again behind a visitor, who may have been waited for', async () => {
  const { moment, starts } = ending(0);
  await moment.run(QUERY);
  await moment.handshake(GREETING);
  await moment.run(QUERY);
  expect(starts()).toBe(2);
});
