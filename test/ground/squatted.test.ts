// An ordinary account was there first. Whatever it laid out in the place of our data folder: nothing of it is read or
// run, and what changes something moves it aside and says so.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folderDisk } from '../../src/lab/disk/folder-disk.ts';
import { openLab } from '../../src/lab/open.ts';
import {
  at,
  COMMANDS,
  type CommandName,
  command,
  DATA,
  forge,
  harm,
  link,
  lying,
  MALLORY,
  newServer,
  setList,
} from '../support/squatter.ts';

const CLOSED = 'D:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)';

/** What it can be; each gives the folder in which the forged files really lie. */
const SQUATS: Readonly<Record<string, (lab: string) => string>> = {
  'a folder with a forged journal': (lab) => {
    forge(lab);
    setList(lab, DATA, `D:PAI(A;OICI;FA;;;${MALLORY})(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)`);
    return DATA;
  },
  'the same, closed like ours, which its owner can open again': (lab) => {
    forge(lab);
    setList(lab, DATA, CLOSED);
    return DATA;
  },
  'a junction to a folder with a forged journal': (lab) => {
    forge(lab, 'C:\\Users\\Public\\x');
    link(lab, DATA, 'C:\\Users\\Public\\x');
    return 'C:\\Users\\Public\\x';
  },
  'an empty folder with a link runs to a forged journal': (lab) => {
    forge(lab, 'C:\\Users\\Public\\x');
    mkdirSync(at(lab, DATA));
    link(lab, `${DATA}\\runs`, 'C:\\Users\\Public\\x\\runs');
    return 'C:\\Users\\Public\\x';
  },
  'a folder whose entry for Users is only handed down': (lab) => {
    forge(lab);
    setList(lab, DATA, `${CLOSED}(A;OICIIO;FA;;;BU)`);
    return DATA;
  },
  'an id, but none that is proved': (lab) => {
    forge(lab);
    writeFileSync(at(lab, `${DATA}\\id-${'0'.repeat(64)}`), '');
    return DATA;
  },
};

/** Those that write into the data folder on this server, on which a binding is lost. */
const CHANGES: readonly CommandName[] = ['fix', 'fix --unattended', 'undo', 'schedule install', 'schedule reset'];

/** All for the first; for the others those that write, take back, and look. */
const FEW: readonly CommandName[] = ['fix', 'undo', 'schedule install', 'check'];
const CASES = Object.entries(SQUATS).map(([name, squat], index) => ({
  name,
  squat,
  commands: index === 0 ? COMMANDS : FEW,
}));

describe.each(CASES)('in the place of our folder lies $name', ({ squat, commands }) => {
  it.each(commands)('%s reads and runs nothing of it', async (name) => {
    const lab = newServer('lost-binding');
    const folder = squat(lab);
    const before = lying(lab, folder);
    const { code, said } = await command(name, lab);
    expect(harm(lab)).toEqual([]);
    expect(said).not.toMatch(/0001-x|mallory|forged/);
    expect([0, 1, 3, 4]).toContain(code);
    const aside = readdirSync(at(lab, 'C:\\ProgramData')).filter((each) => each.includes('.not-ours-'));
    if (CHANGES.includes(name)) {
      expect(aside).toEqual([expect.stringMatching(/^iis-ssl-heal\.not-ours-\d{8}T\d{6}Z-[0-9a-f]{8}$/)]);
      expect(said).toContain(`${DATA} is not ours: `);
      expect(said).toContain(`Nothing in it was read; it is now C:\\ProgramData\\${aside[0]}.`);
    } else expect(aside).toEqual([]);
    const now = folder === DATA && aside[0] !== undefined ? `C:\\ProgramData\\${aside[0]}` : folder;
    expect(lying(lab, now)).toEqual(before);
  });
});

describe('after that', () => {
  it('fix heals in a folder of its own, and undo takes that back', async () => {
    const lab = newServer('lost-binding');
    forge(lab);
    expect((await command('fix', lab)).code).toBe(0);
    expect(openLab(folderDisk(lab)).registry.subkeys('HKEY_LOCAL_MACHINE\\SOFTWARE')).toContain('iis-ssl-heal');
    expect(readdirSync(at(lab, `${DATA}\\runs`))).toEqual([expect.stringMatching(/^0001-\d{8}T/)]);
    expect(await command('check', lab)).toMatchObject({ code: 0 });
    const undone = await command('undo', lab);
    expect(undone).toMatchObject({ code: 0, said: expect.stringContaining('undone: ') });
    expect((await command('check', lab)).code).toBe(1);
  });

  it('a folder that an administrator has removed cannot be made again by somebody else: its id was in it alone', async () => {
    const lab = newServer('lost-binding');
    await command('fix', lab);
    folderDisk(lab).remove(DATA);
    forge(lab);
    const { code, said } = await command('undo', lab);
    expect(harm(lab)).toEqual([]);
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('There is nothing to take back') });
  });

  it('a folder that cannot be moved aside stops every change (7) with what helps', async () => {
    const lab = newServer('lost-binding');
    forge(lab);
    const held = `${DATA}\\evil.dll`;
    writeFileSync(at(lab, 'C:\\held.json'), JSON.stringify({ held: [held] }));
    const refused = await command('fix', lab);
    expect(refused.code).toBe(7);
    expect(refused.said).toMatch(/is not ours: .*; it cannot be moved aside \(.*\): end what has it open/);
    expect(harm(lab)).toEqual([]);
    writeFileSync(at(lab, 'C:\\held.json'), JSON.stringify({ held: [] }));
    expect((await command('fix', lab)).code).toBe(0);
  });

  it('schedule status and check say that there is something', async () => {
    const lab = newServer();
    forge(lab);
    const why = `${DATA} is not ours: nothing below HKLM\\SOFTWARE\\iis-ssl-heal proves that an administrator has made it`;
    expect((await command('schedule status', lab)).said).toContain(why.replaceAll('\\', '\\\\'));
    expect((await command('check', lab)).said).toContain(why);
  });
});
