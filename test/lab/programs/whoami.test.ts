import { describe, expect, it } from 'vitest';
import { whoami as whoamiProgram } from '../../../src/lab/programs/whoami.ts';
import { callers, complaints, ended, lines } from '../../support/say.ts';
import { smallLab } from '../../support/small-lab.ts';

const whoami = ended(whoamiProgram);

// No transcript: held against the form of Microsoft's command reference.

describe('whoami', () => {
  const server = smallLab();
  const { owner, system, plain } = callers(server);
  const levels = (groups: readonly string[]) => groups.map((line) => /"(S-1-16-\d+)"/.exec(line)?.[1]).filter(Boolean);

  it('prints the name in lower case, alone or with the SID', () => {
    expect(lines(whoami([], server, owner))).toEqual(['web01\\olga']);
    expect(lines(whoami(['/user', '/fo', 'csv', '/nh'], server, owner))).toEqual([
      '"web01\\olga","S-1-5-21-70-80-90-1001"',
    ]);
    expect(lines(whoami(['/USER', '/FO', 'CSV'], server, system))).toEqual([
      '"User Name","SID"',
      '"nt authority\\system","S-1-5-18"',
    ]);
  });

  it('tells by the groups who is elevated', () => {
    const [elevated, ofSystem, limited] = [owner, system, plain].map((caller) =>
      lines(whoami(['/groups', '/fo', 'csv', '/nh'], server, caller)),
    );
    expect([elevated, ofSystem, limited].map((groups) => levels(groups!))).toEqual([
      ['S-1-16-12288'],
      ['S-1-16-16384'],
      ['S-1-16-8192'],
    ]);
    expect(elevated).toContain(
      '"BUILTIN\\Administrators","Alias","S-1-5-32-544","Mandatory group, Enabled by default, Enabled group, Group owner"',
    );
    expect(limited).toContain('"BUILTIN\\Administrators","Alias","S-1-5-32-544","Group used for deny only"');
  });

  it('parts the two lists by an empty line', () => {
    const both = lines(whoami(['/user', '/groups', '/fo', 'csv', '/nh'], server, owner));
    expect(both.slice(1, 3)).toEqual([
      '',
      '"Everyone","Well-known group","S-1-1-0","Mandatory group, Enabled by default, Enabled group"',
    ]);
  });

  it('tells by the privileges too who is elevated', () => {
    const [ofOwner, ofPlain] = [owner, plain].map((caller) =>
      lines(whoami(['/user', '/priv', '/fo', 'csv', '/nh'], server, caller)),
    );
    expect(ofOwner).toContain('"SeTakeOwnershipPrivilege","Take ownership of files or other objects","Disabled"');
    expect(ofPlain?.slice(0, 3)).toEqual([
      '"web01\\olga","S-1-5-21-70-80-90-1001"',
      '',
      '"SeShutdownPrivilege","Shut down the system","Disabled"',
    ]);
  });

  it('ends after the row of the user where it cannot read the groups', () => {
    const away = { ...server, facts: { ...server.facts, unknowns: { 'groups-of-the-session': 'not-read' } as const } };
    const result = whoami(['/user', '/groups', '/fo', 'csv', '/nh'], away, owner);
    expect([result.exitCode, lines(result), complaints(result)]).toEqual([
      1,
      ['"web01\\olga","S-1-5-21-70-80-90-1001"'],
      ['ERROR: Unable to get group membership information.'],
    ]);
  });

  it('refuses what it does not know', () => {
    const result = whoami(['/all'], server, owner);
    expect([result.exitCode, complaints(result)[0]]).toEqual([1, "ERROR: Invalid argument/option - '/all'."]);
  });
});
