import { describe, expect, it } from 'vitest';
import type { LabServer } from '../../../src/lab/server.ts';
import {
  eventsAfter,
  logHttp15021,
  logHttp15301,
  logPath,
  logSchannel36870,
  logSchannelStorm,
  logSecurity5061,
  newestRecord,
} from '../../../src/lab/services/events.ts';
import { smallLab } from '../../support/small-lab.ts';

const linesOf = (server: LabServer, log: 'System' | 'Security') =>
  server.disk.read(logPath(log))!.toString('utf8').split('\r\n');

describe('the event logs', () => {
  it('are sequences of Event elements as wevtutil prints them', () => {
    const server = smallLab();
    logSchannel36870(server);
    expect(linesOf(server, 'System')).toEqual([
      "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>" +
        "<Provider Name='Schannel' Guid='{1F678132-5938-4686-9FDC-C8FF68F15C85}'/><EventID>36870</EventID>" +
        '<Version>0</Version><Level>2</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords>' +
        "<TimeCreated SystemTime='2026-01-10T08:00:00.0000000Z'/><EventRecordID>1</EventRecordID><Correlation/>" +
        "<Execution ProcessID='612' ThreadID='88'/><Channel>System</Channel><Computer>WEB01</Computer>" +
        "<Security UserID='S-1-5-18'/></System><EventData><Data Name='Type'>server</Data>" +
        "<Data Name='ErrorCode'>0x80090016</Data><Data Name='ErrorStatus'>10001</Data></EventData></Event>",
      '',
    ]);
  });

  it('count records by log, and move the clock on with each', () => {
    const server = smallLab();
    logHttp15301(server, '0.0.0.0:443');
    logSecurity5061(server, { container: 'a&b', provider: 'P', machine: true });
    logHttp15021(server, '0.0.0.0:443');
    const [first, second] = linesOf(server, 'System');
    expect(first).toContain("<EventID Qualifiers='32768'>15301</EventID>");
    expect(first).toContain("<Data Name='Endpoint'>0.0.0.0:443</Data>");
    expect(second).toContain('<EventRecordID>2</EventRecordID>');
    expect(second).toMatch(/<Binary>[0-9A-F]*AD3A00C0[0-9A-F]*5F0000C0<\/Binary>/);
    expect(second).toContain("SystemTime='2026-01-10T08:00:02.0000000Z'");
    const [audit] = linesOf(server, 'Security');
    expect(audit).toContain('<EventRecordID>1</EventRecordID>');
    expect(audit).toContain('<Keywords>0x8010000000000000</Keywords>');
    expect(audit).toContain("<Data Name='KeyName'>a&amp;b</Data><Data Name='KeyType'>%%2499</Data>");
    expect(audit).toContain("<Data Name='ReturnCode'>0x80090016</Data>");
    expect(server.facts.clock).toBe('2026-01-10T08:00:03.000Z');
  });

  it('take a storm of thousands, told apart from http.sys by its process from Windows Server 2022 on', () => {
    const [old, later] = [smallLab(), smallLab({ osBuild: 20348 })];
    for (const server of [old, later]) {
      logHttp15021(server, '0.0.0.0:443');
      logSchannelStorm(server, 5000);
      expect(newestRecord(server, 'System')).toBe(5001);
      expect(eventsAfter(server, 'System', 4999)).toEqual([
        { log: 'System', provider: 'Schannel', id: 36870 },
        { log: 'System', provider: 'Schannel', id: 36870 },
      ]);
    }
    const process = "<Data Name='CallerProcessImageName'>svchost.exe</Data><Data Name='Type'>server</Data>";
    expect([linesOf(old, 'System')[1], linesOf(later, 'System')[1]].map((line) => line?.includes(process))).toEqual([
      false,
      true,
    ]);
  });

  it('hold 20 MB, and let the oldest go', () => {
    const server = smallLab();
    const line = (record: number) =>
      `<Event><System><EventRecordID>${record}</EventRecordID></System>${' '.repeat(1_000_000)}</Event>\r\n`;
    server.disk.makeFolder('C:\\Windows\\System32\\winevt\\Logs');
    server.disk.write(logPath('System'), Buffer.from(Array.from({ length: 25 }, (_, at) => line(at + 1)).join('')));
    logSchannel36870(server);
    expect(server.disk.read(logPath('System'))!.length).toBeLessThanOrEqual(20 * 1024 * 1024);
    expect(linesOf(server, 'System')[0]).toMatch(/^<Event><System><EventRecordID>6</);
    expect(newestRecord(server, 'System')).toBe(26);
    expect(eventsAfter(server, 'System', 2)).toHaveLength(1);
  });
});
