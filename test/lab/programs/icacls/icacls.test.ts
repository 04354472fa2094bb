import { describe, expect, it } from 'vitest';
import { keySddl, setKeySddl } from '../../../../src/lab/permissions/acls.ts';
import { icacls as icaclsProgram } from '../../../../src/lab/programs/icacls/icacls.ts';
import { callers, complaints, ended, lines, transcript } from '../../../support/say.ts';
import { smallLab } from '../../../support/small-lab.ts';

const icacls = ended(icaclsProgram);

// The listing is held against a transcript; /save, /grant and /inheritance have none and follow Microsoft's reference:
// a saved file holds discretionary lists only, UTF-16LE, names relative to the folder above.

const KEYS = 'C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys';

function lab() {
  const server = smallLab();
  server.disk.makeFolder(KEYS);
  server.disk.makeFolder('C:\\ProgramData\\iis-ssl-heal');
  server.disk.write(`${KEYS}\\00aa_guid`, Buffer.from('k'));
  server.disk.write(`${KEYS}\\00bb_guid`, Buffer.from('k'));
  const { owner, plain } = callers(server);
  return {
    server,
    run: (...args: string[]) => icacls(args, server, owner),
    runPlain: (...args: string[]) => icacls(args, server, plain),
    saved: (file: string) => server.disk.read(file)!.toString('utf16le').split('\r\n'),
  };
}

describe('icacls', () => {
  it('lists the machine key folder as the transcript shows', () => {
    const result = lab().runPlain(KEYS);
    expect([result.exitCode, lines(result)]).toEqual([0, transcript('icacls-machinekeys')]);
  });

  it('saves names and lists in turn', () => {
    const { run, saved, server } = lab();
    setKeySddl(server, `${KEYS}\\00bb_guid`, 'O:BAG:SYD:PAI(A;;FA;;;BA)');
    const result = run(KEYS, '/save', 'C:\\out.txt', '/t', '/c');
    expect([result.exitCode, lines(result)]).toEqual([
      0,
      [
        `processed file: ${KEYS}`,
        `processed file: ${KEYS}\\00aa_guid`,
        `processed file: ${KEYS}\\00bb_guid`,
        'Successfully processed 3 files; Failed processing 0 files',
      ],
    ]);
    expect(saved('C:\\out.txt')).toEqual([
      'MachineKeys',
      'D:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)',
      'MachineKeys\\00aa_guid',
      'D:PAI(A;;FA;;;SY)(A;;FA;;;BA)',
      'MachineKeys\\00bb_guid',
      'D:PAI(A;;FA;;;BA)',
      '',
    ]);
  });

  it('makes a folder private, and what is made in it inherits that', () => {
    const { run, saved, server } = lab();
    const folder = 'C:\\ProgramData\\iis-ssl-heal';
    run(folder, '/save', 'C:\\before.txt');
    expect(saved('C:\\before.txt')[1]).toContain('(A;OICIID;0x1200a9;;;BU)');
    const result = run(folder, '/inheritance:r', '/grant:r', '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F');
    expect([result.exitCode, lines(result)[0]]).toEqual([0, `processed file: ${folder}`]);
    expect(keySddl(server, folder)).toBe('O:BAG:SYD:PAI(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)');
    server.disk.makeFolder(`${folder}\\runs`);
    server.disk.write(`${folder}\\runs\\a.json`, Buffer.from('{}'));
    run(folder, '/save', 'C:\\after.txt', '/t');
    expect(saved('C:\\after.txt').slice(2)).toEqual([
      'iis-ssl-heal\\runs',
      'D:AI(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)',
      'iis-ssl-heal\\runs\\a.json',
      'D:AI(A;ID;FA;;;BA)(A;ID;FA;;;SY)',
      '',
    ]);
  });

  it('grants, replaces, removes, and restores what it saved', () => {
    const { run, server } = lab();
    const file = `${KEYS}\\00aa_guid`;
    setKeySddl(server, file, 'O:BAG:SYD:PAI(A;;FR;;;BA)');
    run(KEYS, '/save', 'C:\\out.txt', '/t');
    expect(run(file, '/grant', '*S-1-5-18:(F)').exitCode).toBe(0);
    expect(keySddl(server, file)).toBe('O:BAG:SYD:PAI(A;;FR;;;BA)(A;;FA;;;SY)');
    run(file, '/grant', '*S-1-5-18:(F)', '*S-1-5-32-544:R');
    expect(keySddl(server, file)).toBe('O:BAG:SYD:PAI(A;;FR;;;BA)(A;;FA;;;SY)');
    run(file, '/grant:r', 'BUILTIN\\Administrators:(R,W)', '*S-1-5-21-1-2-3-1001:R');
    expect(keySddl(server, file)).toBe('O:BAG:SYD:PAI(A;;FA;;;SY)(A;;0x12019f;;;BA)(A;;FR;;;S-1-5-21-1-2-3-1001)');
    run(file, '/remove', '*S-1-5-18');
    expect(keySddl(server, file)).toBe('O:BAG:SYD:PAI(A;;0x12019f;;;BA)(A;;FR;;;S-1-5-21-1-2-3-1001)');
    expect(run('C:\\ProgramData\\Microsoft\\Crypto\\RSA', '/restore', 'C:\\out.txt').exitCode).toBe(0);
    expect(keySddl(server, file)).toBe('O:BAG:SYD:PAI(A;;FR;;;BA)');
  });

  it('takes away refusals alone, or what was granted alone', () => {
    const { run, server } = lab();
    const file = `${KEYS}\\00aa_guid`;
    const list = 'O:BAG:SYD:PAI(D;;FR;;;SY)(A;;FA;;;SY)(D;;FR;;;WD)';
    setKeySddl(server, file, list);
    run(file, '/remove:d', '*S-1-5-18');
    expect(keySddl(server, file)).toBe('O:BAG:SYD:PAI(A;;FA;;;SY)(D;;FR;;;WD)');
    setKeySddl(server, file, list);
    run(file, '/remove:g', '*S-1-5-18');
    expect(keySddl(server, file)).toBe('O:BAG:SYD:PAI(D;;FR;;;SY)(D;;FR;;;WD)');
    expect(run(file, '/remove:d', '*S-1-5-18', '/grant', '*S-1-5-18:F').exitCode).toBe(0);
    expect(keySddl(server, file)).toBe('O:BAG:SYD:PAI(D;;FR;;;WD)(A;;FA;;;SY)');
  });

  it('changes a list for whom the list lets, and for whoever owns the file, who stays its owner', () => {
    const { run, server } = lab();
    const file = `${KEYS}\\00aa_guid`;
    const other = 'S-1-5-21-1-2-3-1009';
    const grant = () => [run(file, '/grant', '*S-1-5-18:F').exitCode, keySddl(server, file)];
    for (const list of [`O:${other}G:SYD:PAI(A;;FA;;;${other})`, `O:${other}G:SYD:PAI(A;;FR;;;BA)(D;;FA;;;BA)`]) {
      setKeySddl(server, file, list);
      expect(grant()).toEqual([5, list]);
      expect(run(file, '/reset').exitCode).toBe(5);
      expect(keySddl(server, file)).toBe(list);
    }
    setKeySddl(server, file, `O:BAG:SYD:PAI(A;;FA;;;${other})`);
    expect(grant()).toEqual([0, `O:BAG:SYD:PAI(A;;FA;;;${other})(A;;FA;;;SY)`]);
    setKeySddl(server, file, `O:${other}G:SYD:PAI(A;;0x40000;;;BA)`);
    expect(grant()).toEqual([0, `O:${other}G:SYD:PAI(A;;0x40000;;;BA)(A;;FA;;;SY)`]);
    run(file, '/save', 'C:\\out.txt');
    setKeySddl(server, file, `O:${other}G:SYD:PAI(A;;FA;;;${other})`);
    const denied = run(KEYS, '/restore', 'C:\\out.txt');
    expect([denied.exitCode, complaints(denied)]).toEqual([5, [`${file}: Access is denied.`]]);
  });

  it('says what is missing, wrong or forbidden', () => {
    const { run, runPlain } = lab();
    const missing = run('C:\\nowhere', '/save', 'C:\\out.txt');
    expect([missing.exitCode, lines(missing), complaints(missing)]).toEqual([
      2,
      ['Successfully processed 0 files; Failed processing 1 files'],
      ['C:\\nowhere: The system cannot find the file specified.'],
    ]);
    expect(run(KEYS, '/save', 'C:\\none\\out.txt').exitCode).toBe(3);
    expect(run(KEYS, '/what').exitCode).toBe(87);
    expect(run(KEYS, '/grant', 'nobody-of-that-name:F').exitCode).toBe(1332);
    expect(runPlain(KEYS, '/inheritance:r').exitCode).toBe(5);
  });
});
