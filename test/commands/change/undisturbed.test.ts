import { describe, expect, it } from 'vitest';
import { undisturbed } from '../../../src/commands/change/undisturbed.ts';
import { prepareDataFolder } from '../../../src/ground/prepare-data-folder.ts';
import { UserError } from '../../../src/model/user-error.ts';
import { labDisk, machineOn } from '../../support/run-lab.ts';

const OURS = 'C:\\ProgramData\\iis-ssl-heal';

/** A lab on which runs begin and locks are held as a test says. */
async function server() {
  const disk = labDisk();
  await prepareDataFolder(machineOn(disk));
  const beginRun = (id: string) => disk.makeFolder(`${OURS}\\runs\\${id}`);
  const lock = (processId: number) => {
    disk.write(
      `${OURS}\\lock.json`,
      Buffer.from(JSON.stringify({ token: 't', processId, since: 'noon', who: 'olga' })),
    );
  };
  return { disk, machine: machineOn(disk), beginRun, lock };
}

describe('a look before a change', () => {
  it('is one look where nobody else changes anything', async () => {
    const { machine, beginRun } = await server();
    beginRun('0001');
    let looks = 0;
    expect(await undisturbed(machine, async () => ++looks)).toBe(1);
  });

  it('is done again where another run has begun meanwhile', async () => {
    const { machine, beginRun } = await server();
    let looks = 0;
    const look = async () => {
      looks += 1;
      if (looks < 3) beginRun(`000${looks}`);
      return looks;
    };
    expect(await undisturbed(machine, look)).toBe(3);
  });

  it.each(['before', 'meanwhile'])('is refused where another run is at work (%s)', async (when) => {
    const { machine, lock } = await server();
    if (when === 'before') lock(process.pid);
    const looking = undisturbed(machine, async () => lock(process.pid));
    await expect(looking).rejects.toThrow(UserError);
    await expect(looking).rejects.toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('by olga since noon'),
    });
  });

  it('does not mind the lock of a process that is dead', async () => {
    const { machine, lock } = await server();
    lock(2 ** 30);
    expect(await undisturbed(machine, async () => 'seen')).toBe('seen');
  });
});
