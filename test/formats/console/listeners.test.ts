import { describe, expect, it } from 'vitest';
import { readListeners, withoutPeers } from '../../../src/formats/console/listeners.ts';
import { readProcesses } from '../../../src/formats/console/processes.ts';
import { neverThrows } from '../../support/fuzz.ts';

const text = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1');

// In the form of the command reference; the German words stand for any others.
const NETSTAT = text(
  '',
  'Aktive Verbindungen',
  '',
  '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
  '  TCP    0.0.0.0:443            0.0.0.0:0              ABH\xd6REN       4',
  '  TCP    192.0.2.9:8443         0.0.0.0:0              WARTET AUF 7     2212',
  '  TCP    192.0.2.9:443          198.51.100.7:50123     HERGESTELLT      4',
  '  TCP    192.0.2.9:51000        198.51.100.7:0         HERGESTELLT      1234',
  '  TCP    [::]:443               [::]:0                 ABH\xd6REN       4',
  '  TCP    [2001:DB8::9]:80       [::]:0                 ABH\xd6REN       2212',
  '  UDP    0.0.0.0:123            *:*                                    1188',
);

describe('readListeners', () => {
  it('reads the rows without a peer, in any language, and no word of them', () => {
    expect(readListeners(NETSTAT)).toEqual({
      ok: true,
      value: [
        { address: '0.0.0.0', port: 443, processId: 4 },
        { address: '192.0.2.9', port: 8443, processId: 2212 },
        { address: '::', port: 443, processId: 4 },
        { address: '2001:db8::9', port: 80, processId: 2212 },
      ],
    });
  });

  it('reads the same from what a folder keeps, which names no visitor', () => {
    const kept = Buffer.from(withoutPeers(NETSTAT));
    expect(kept.toString()).not.toContain('198.51.100.7');
    expect(readListeners(kept)).toEqual(readListeners(NETSTAT));
  });

  it('refuses what has no row at all: every Windows listens somewhere', () => {
    for (const bytes of [text(''), text('Active Connections'), text('  UDP  0.0.0.0:123  *:*  4')])
      expect(readListeners(bytes)).toEqual({ ok: false, error: 'no listener in it' });
  });

  it('answers any bytes', () => neverThrows(readListeners, NETSTAT));
});

describe('readProcesses', () => {
  const TASKLIST = text(
    '"System","4","Services","0","144 K"',
    '"my ""own"", server.exe","2212","RDP-Tcp#1","1","9.340 K"',
  );

  it('reads names by their id', () => {
    const read = readProcesses(TASKLIST);
    expect(read.ok && [...read.value]).toEqual([
      [4, 'System'],
      [2212, 'my "own", server.exe'],
    ]);
  });

  it('refuses what has no row, as where no task fits', () => {
    for (const bytes of [text(''), text('INFO: No tasks are running which match the specified criteria.')])
      expect(readProcesses(bytes)).toEqual({ ok: false, error: 'no process in it' });
  });

  it('answers any bytes', () => neverThrows(readProcesses, TASKLIST));
});
