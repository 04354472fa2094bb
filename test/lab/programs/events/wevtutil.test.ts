import { describe, expect, it } from 'vitest';
import { eventcreate as eventcreateProgram } from '../../../../src/lab/programs/events/eventcreate.ts';
import { wevtutil as wevtutilProgram } from '../../../../src/lab/programs/events/wevtutil.ts';
import { BAD_KEYSET, logHttp15300, logSchannel36870, logSecurity5061 } from '../../../../src/lab/services/events.ts';
import { callers, complaints, ended, lines } from '../../../support/say.ts';
import { smallLab } from '../../../support/small-lab.ts';

const eventcreate = ended(eventcreateProgram);
const wevtutil = ended(wevtutilProgram);

// No transcript of wevtutil or eventcreate: held against Microsoft's command reference and the query examples in its
// troubleshooting articles. Event ids are what tells two events apart.

function lab() {
  const server = smallLab();
  logSchannel36870(server);
  logHttp15300(server, '0.0.0.0:443');
  logSchannel36870(server, 0x8009030d);
  const { owner, system, plain } = callers(server);
  const ids = (...args: string[]) =>
    [
      ...wevtutil(args, server, owner)
        .stdout.toString()
        .matchAll(/<EventID[^>]*>(\d+)/g),
    ].map((match) => Number(match[1]));
  return { server, owner, system, plain, ids };
}

describe('wevtutil qe', () => {
  it('prints one event a line, oldest first, without a root', () => {
    const { server, plain, ids } = lab();
    const result = wevtutil(['qe', 'System', '/f:xml'], server, plain);
    expect(lines(result)).toHaveLength(3);
    expect(lines(result).every((line) => /^<Event .*<\/Event>$/.test(line))).toBe(true);
    expect(ids('qe', 'system')).toEqual([36870, 15300, 36870]);
  });

  it('takes the newest, a number of them, and a root', () => {
    const { server, owner } = lab();
    const result = wevtutil(
      ['qe', 'System', '/rd:true', '/c:2', '/e:Events', '/q:*[System[EventID=36870]]'],
      server,
      owner,
    );
    const [first, newest, , last] = lines(result);
    expect([first, last]).toEqual(['<Events>', '</Events>']);
    expect(newest).toContain('0x8009030d');
  });

  it.each([
    [
      "*[System[Provider[@Name='Schannel'] and (EventID=36870 or EventID=36869) and TimeCreated[timediff(@SystemTime) <= 604800000]]]",
      [36870, 36870],
    ],
    [
      "Event[System[Provider[@Name='Schannel'] and EventID=36870 and TimeCreated[timediff(@SystemTime) <= 1000]]]",
      [36870],
    ],
    ["*[System[Provider[@Name='Microsoft-Windows-HttpEvent']]]", [15300]],
    ['*[System[(EventID>15000 and EventID<16000)]]', [15300]],
    ["*[EventData[Data[@Name='Endpoint']='0.0.0.0:443']]", [15300]],
    ['*[System/Level=2]', [36870, 36870]],
    ['*[System[EventID!=36870]]', [15300]],
    ['*[System[Security[@UserID]]]', [36870, 36870]],
    ["*[System[Provider[@Name='schannel']]]", []],
    ['*', [36870, 15300, 36870]],
  ])('%s', (query, expected) => {
    expect(lab().ids('qe', 'System', `/q:${query}`)).toEqual(expected);
  });

  it.each([
    "*[contains(System, 'x')]",
    '*[System[EventID=36870]',
    "*[System[EventID='36870]]",
    '*[System] or *',
    '',
    'Foo',
  ])('calls %s invalid', (query) => {
    const { server, owner } = lab();
    const result = wevtutil(['qe', 'System', `/q:${query}`], server, owner);
    expect([result.exitCode, lines(result), complaints(result)]).toEqual([
      15001,
      [''],
      ['Failed to open event query. The specified query is invalid.'],
    ]);
  });

  it('shows the security log to administrators and SYSTEM only', () => {
    const { server, plain, system, ids } = lab();
    logSecurity5061(server, { container: 'c', provider: 'p', machine: false }, BAD_KEYSET);
    expect(ids('qe', 'Security')).toEqual([5061]);
    expect(wevtutil(['qe', 'Security'], server, system).exitCode).toBe(0);
    const denied = wevtutil(['qe', 'Security'], server, plain);
    expect([denied.exitCode, lines(denied), complaints(denied)]).toEqual([
      5,
      [''],
      ['Failed to open event query. Access is denied.'],
    ]);
  });

  it('knows an empty log from no log', () => {
    const { server, owner } = lab();
    expect(wevtutil(['qe', 'Application'], server, owner)).toEqual({
      exitCode: 0,
      stdout: Buffer.alloc(0),
      stderr: Buffer.alloc(0),
    });
    expect(wevtutil(['qe', 'Nothing'], server, owner).exitCode).toBe(15007);
    expect(wevtutil(['qe', 'System', '/what:1'], server, owner).exitCode).toBe(87);
  });

  it('prints text, and UTF-16 when asked', () => {
    const { server, owner } = lab();
    expect(lines(wevtutil(['qe', 'System', '/c:1', '/f:text'], server, owner)).slice(0, 5)).toEqual([
      'Event[0]:',
      '  Log Name: System',
      '  Source: Schannel',
      '  Date: 2026-01-10T08:00:00.000',
      '  Event ID: 36870',
    ]);
    const wide = wevtutil(['qe', 'System', '/uni:true'], server, owner).stdout.toString('utf16le');
    expect(wide).toBe(wevtutil(['qe', 'System'], server, owner).stdout.toString());
  });
});

describe('eventcreate', () => {
  const args = ['/T', 'WARNING', '/ID', '7', '/L', 'APPLICATION', '/SO', 'iis-ssl-heal', '/D', 'a <b> & "c"'];

  it('adds an event that wevtutil finds', () => {
    const { server, owner, ids } = lab();
    const result = eventcreate(args, server, owner);
    expect([result.exitCode, lines(result)]).toEqual([
      0,
      [
        '',
        "SUCCESS: An event of type 'WARNING' was created in the 'Application' log with 'iis-ssl-heal' as the source.",
      ],
    ]);
    expect(ids('qe', 'Application', "/q:*[System[Provider[@Name='iis-ssl-heal'] and Level=3]]")).toEqual([7]);
    expect(ids('qe', 'Application', '/q:*[EventData[Data=\'a <b> & "c"\']]')).toEqual([7]);
  });

  it.each([
    ['1001', 1],
    ['0', 1],
    ['x', 1],
    ['1000', 0],
  ])('id %s ends in %i', (id, code) => {
    const { server, owner } = lab();
    const result = eventcreate(['/T', 'ERROR', '/ID', id, '/D', 'x'], server, owner);
    expect([result.exitCode, result.stderr.length > 0]).toEqual([code, code === 1]);
  });

  it('refuses without elevation, and what it does not know', () => {
    const { server, owner, plain } = lab();
    expect(complaints(eventcreate(args, server, plain))).toEqual(['ERROR: Access is denied.']);
    expect(eventcreate(['/T', 'ERROR', '/ID', '1'], server, owner).exitCode).toBe(1);
    expect(eventcreate(['/T', 'FATAL', '/ID', '1', '/D', 'x'], server, owner).exitCode).toBe(1);
    expect(eventcreate(['/X', 'y'], server, owner).exitCode).toBe(1);
    expect(server.disk.read('C:\\Windows\\System32\\winevt\\Logs\\Application.xml')).toBeUndefined();
  });
});
