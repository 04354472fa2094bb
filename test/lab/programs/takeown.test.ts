import { describe, expect, it } from 'vitest';
import { keySddl, setKeySddl } from '../../../src/lab/permissions/acls.ts';
import { takeown as takeownProgram } from '../../../src/lab/programs/takeown.ts';
import { callers, complaints, ended, lines } from '../../support/say.ts';
import { smallLab } from '../../support/small-lab.ts';

const takeown = ended(takeownProgram);

// No transcript: held against the form of Microsoft's command reference.

const FILE = 'C:\\keys\\k';

function lab() {
  const server = smallLab();
  server.disk.makeFolder('C:\\keys');
  server.disk.write(FILE, Buffer.from('k'));
  setKeySddl(server, FILE, 'O:S-1-5-21-1-2-3-4G:SYD:PAI(D;;FA;;;BA)');
  return { server, ...callers(server) };
}

describe('takeown', () => {
  it('gives a file to the administrators, or to the caller, and leaves its list', () => {
    const { server, owner } = lab();
    const taken = takeown(['/F', FILE, '/A'], server, owner);
    expect([taken.exitCode, lines(taken)]).toEqual([
      0,
      ['', `SUCCESS: The file (or folder): "${FILE}" now owned by the administrators group.`],
    ]);
    expect(keySddl(server, FILE)).toBe('O:BAG:SYD:PAI(D;;FA;;;BA)');
    expect(takeown(['/f', FILE], server, owner).exitCode).toBe(0);
    expect(keySddl(server, FILE)).toBe(`O:${owner.sid}G:SYD:PAI(D;;FA;;;BA)`);
    expect(takeown(['/F', 'C:\\keys', '/A'], server, owner).exitCode).toBe(0);
  });

  it('says what is missing, wrong or forbidden', () => {
    const { server, owner, plain } = lab();
    expect(complaints(takeown(['/F', 'C:\\none'], server, owner))).toEqual([
      'ERROR: The system cannot find the file specified.',
    ]);
    for (const args of [[], ['/F'], ['/A'], ['/F', FILE, '/R']]) expect(takeown(args, server, owner).exitCode).toBe(1);
    expect(takeown(['/F', FILE, '/A'], server, plain).exitCode).toBe(1);
    expect(keySddl(server, FILE)).toContain('O:S-1-5-21-1-2-3-4');
  });
});
