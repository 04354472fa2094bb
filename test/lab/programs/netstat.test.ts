import { describe, expect, it } from 'vitest';
import { applyFault } from '../../../src/lab/faults/faults.ts';
import { whoAnswers } from '../../../src/lab/http/who-answers.ts';
import { netstat as netstatProgram } from '../../../src/lab/programs/netstat.ts';
import { tasklist as tasklistProgram } from '../../../src/lab/programs/tasklist.ts';
import type { LabServer } from '../../../src/lab/server.ts';
import { newLab, served } from '../../support/new-lab.ts';
import { listenOnly } from '../../support/plants.ts';
import { callers, ended, lines } from '../../support/say.ts';

const netstat = ended(netstatProgram);
const tasklist = ended(tasklistProgram);

// Neither program has a transcript: both are held against the form of Microsoft's command reference.

const APACHE = { ip: '0.0.0.0', port: 443, processId: 3056, image: 'httpd.exe' };

/** `address port process` of every listener. */
const heard = (server: LabServer): readonly string[] =>
  lines(netstat(['-ano'], server, callers(server).owner)).flatMap((line) => {
    const [proto, local, peer, , id] = line.trim().split(/\s+/);
    return proto === 'TCP' && /:0$/.test(peer ?? '') ? [`${local} ${id}`] : [];
  });

describe('netstat -ano', () => {
  it('shows http.sys in process 4, on both families', () => {
    const server = newLab();
    expect(lines(netstat(['-ano'], server, callers(server).owner)).slice(0, 5)).toEqual([
      '',
      'Active Connections',
      '',
      '  Proto  Local Address          Foreign Address        State           PID',
      '  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       968',
    ]);
    expect(heard(server)).toEqual(expect.arrayContaining(['0.0.0.0:443 4', '[::]:443 4']));
  });

  it('shows it where the listen list says, and nowhere while W3SVC stands still', () => {
    const server = newLab();
    listenOnly(server, '192.0.2.9', '203.0.113.9');
    expect(heard(server).filter((each) => each.endsWith(' 4'))).toEqual(['192.0.2.9:443 4']);
    applyFault(server, 'not-listening');
    expect(heard(server).filter((each) => each.endsWith(' 4'))).toEqual([]);
  });

  it('shows another program that was there first, and nothing of http.sys there', async () => {
    const server = newLab();
    server.facts.otherListeners = [APACHE, { ...APACHE, ip: '[::]' }];
    expect(heard(server)).toEqual(expect.arrayContaining(['0.0.0.0:443 3056', '[::]:443 3056']));
    expect(heard(server).some((each) => each.endsWith(':443 4'))).toBe(false);
    expect(await served(server)).toBe('no-tls');
    expect(whoAnswers(server, { ip: '127.0.0.1', port: 443 })).toMatchObject({ why: 'another-program' });
  });

  it('refuses what is no option of it', () => {
    const server = newLab();
    expect(netstat(['/x'], server, callers(server).owner).exitCode).toBe(1);
  });
});

describe('tasklist /fo csv /nh', () => {
  it('names who listens, and the kernel', () => {
    const server = newLab();
    server.facts.otherListeners = [APACHE];
    const printed = lines(tasklist(['/fo', 'csv', '/nh'], server, callers(server).owner));
    expect(printed).toEqual(expect.arrayContaining(['"System","4","Services","0","12,340 K"']));
    expect(printed.some((line) => line.startsWith('"httpd.exe","3056",'))).toBe(true);
    expect(tasklist(['/fo', 'table'], server, callers(server).owner).exitCode).toBe(1);
  });
});

describe('the fault not-listening', () => {
  it('leaves nobody to answer', async () => {
    const server = newLab({ faults: ['not-listening'] });
    expect(await served(server)).toBe('no-connection');
  });
});
