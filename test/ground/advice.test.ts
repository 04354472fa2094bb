// Our own folder, and the folders in it, are judged each time; what a refusal prints helps: it is run here.

import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unsafeGround } from '../../src/ground/safe-ground.ts';
import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import { openLabFolder } from '../../src/machine/lab/lab-folder.ts';
import { saveAcl } from '../../src/windows-commands/icacls.ts';
import {
  at,
  command,
  DATA,
  followAdvice,
  forge,
  harm,
  link,
  MALLORY,
  newServer,
  setList,
} from '../support/squatter.ts';

const CLOSED = 'D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)';
const FOLDERS = ['runs', 'work', 'backups', 'log'].map((name) => `${DATA}\\${name}`);

/** A server on which a run was made, broken again in the same way. */
async function usedServer(): Promise<string> {
  const lab = newServer('lost-binding');
  expect((await command('fix', lab)).code).toBe(0);
  expect((await command('undo', lab)).code).toBe(0);
  return lab;
}

/** Refused, nothing of `word` said; then what it prints is done, and the command works. */
async function refusedThenMended(lab: string, says: string): Promise<void> {
  const refused = await command('fix', lab);
  expect(refused).toEqual({ code: 7, said: expect.stringContaining(says) });
  expect(harm(lab)).toEqual([]);
  expect(followAdvice(lab, refused.said)).toBeGreaterThan(0);
  expect(await command('fix', lab)).toMatchObject({ code: 0 });
}

describe('a link in the place of', () => {
  it.each(FOLDERS)('%s is not followed (7), and what is printed removes it', async (folder) => {
    const lab = await usedServer();
    forge(lab, 'C:\\Users\\Public\\x');
    folderDisk(lab).remove(folder);
    link(lab, folder, `C:\\Users\\Public\\x${folder.slice(DATA.length)}`);
    await refusedThenMended(lab, `${folder} is a link; remove it first: rmdir "${folder}"`);
    expect(folderDisk(lab).read('C:\\Users\\Public\\x\\runs\\0001-x\\0000-run.json')).toBeDefined();
  });
});

describe('an entry on', () => {
  it.each([DATA, ...FOLDERS])(
    '%s that is only handed down is refused (7), and what is printed takes it away',
    async (folder) => {
      const lab = await usedServer();
      setList(lab, folder, `${CLOSED}(A;OICIIO;FA;;;BU)`);
      await refusedThenMended(lab, `${folder} can be changed by S-1-5-32-545; close it first: `);
    },
  );

  it.each([
    ['of two accounts', `${CLOSED}(A;OICI;FA;;;WD)(A;;0x2;;;${MALLORY})`, `S-1-1-0, ${MALLORY}`],
    ['under a condition', `${CLOSED}(XA;OICI;FA;;;WD;(@User.Title=="PM"))`, 'S-1-1-0'],
    ['there is no list, which lets everybody in', 'D:NO_ACCESS_CONTROL', 'everybody'],
    [
      'of the owner of a key, once trusted in work',
      `${CLOSED}(A;OICI;FA;;;S-1-5-21-2817403921-1946620715-3310977264-1001)`,
      '-1001',
    ],
  ])('work %s is refused (7), and what is printed takes it away', async (_name, dacl, who) => {
    const lab = await usedServer();
    setList(lab, `${DATA}\\work`, dacl);
    const refused = await command('fix', lab);
    expect(refused).toEqual({ code: 7, said: expect.stringContaining(who) });
    expect(followAdvice(lab, refused.said)).toBe(2);
    expect((await command('fix', lab)).code).toBe(0);
  });
});

describe('a folder that is not ours', () => {
  const TOOLS = 'C:\\tools';
  const opened = async (path: string, dacl: string, above?: string) => {
    const lab = newServer();
    folderDisk(lab).makeFolder(path);
    setList(lab, above ?? path, dacl);
    const machine = openLabFolder(lab, 'owner', '')!;
    return { lab, machine, unsafe: () => unsafeGround(machine, [path]) };
  };

  it.each([
    ['with entries of its own', TOOLS, 'D:PAI(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;AU)(A;;FA;;;WD)', undefined],
    ['with entries that it inherits', `${TOOLS}\\bin`, 'D:PAI(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;AU)', TOOLS],
    ['without a list', TOOLS, 'D:NO_ACCESS_CONTROL', undefined],
  ])('%s is closed by what is printed, and can still be read by all', async (_name, path, dacl, above) => {
    const { lab, machine, unsafe } = await opened(path, dacl, above);
    let rounds = 0;
    for (let why = await unsafe(); why !== undefined; why = await unsafe()) {
      expect(followAdvice(lab, `${why}; nothing was changed`)).toBeGreaterThan(0);
      rounds += 1;
      expect(rounds).toBeLessThan(4);
    }
    const ran = await machine.run(saveAcl(path));
    const list = ran.started ? Buffer.from(ran.output ?? []).toString('utf16le') : '';
    expect(list).toMatch(/0x1200a9;;;(?:AU|BU)/);
  });
});

it('a folder is there again where somebody has removed it, and a run has something to put into it', async () => {
  const lab = newServer('stranded-key');
  expect((await command('fix', lab)).code).toBe(0);
  expect((await command('undo', lab)).code).toBe(0);
  for (const folder of FOLDERS) rmSync(at(lab, folder), { recursive: true });
  expect((await command('fix', lab)).code).toBe(0);
  for (const folder of FOLDERS.filter((each) => !each.endsWith('log')))
    expect(folderDisk(lab).list(folder)).toBeDefined();
});
