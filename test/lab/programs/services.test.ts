import { describe, expect, it } from 'vitest';
import { createLab } from '../../../src/lab/create.ts';
import { memoryDisk } from '../../../src/lab/disk/memory-disk.ts';
import { readRecords } from '../../../src/lab/http/http-sys.ts';
import { iisreset as iisresetProgram } from '../../../src/lab/programs/iisreset.ts';
import { net as netProgram } from '../../../src/lab/programs/net.ts';
import { sc as scProgram } from '../../../src/lab/programs/sc.ts';
import { numberValue, textValue } from '../../../src/lab/registry/registry-values.ts';
import { callers, complaints, ended, lines, transcript } from '../../support/say.ts';
import { sharedKey, smallLab } from '../../support/small-lab.ts';

const iisreset = ended(iisresetProgram);
const net = ended(netProgram);
const sc = ended(scProgram);

// sc query and iisreset are held against transcripts; sc qc, sc start, sc stop and net have none and are held against the
// form that Microsoft's command reference shows.

const SERVICES = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services';

function lab() {
  const server = smallLab();
  for (const name of ['HTTP', 'W3SVC', 'WAS', 'Broken']) server.registry.makeKey(`${SERVICES}\\${name}`);
  server.registry.setValue(`${SERVICES}\\Broken`, 'Start', numberValue(4));
  server.registry.setValue(`${SERVICES}\\Broken`, 'DisplayName', textValue('Broken Service'));
  return { server, ...callers(server) };
}

describe('sc', () => {
  it('prints a running service as the transcript shows it', () => {
    const { server, plain } = lab();
    const result = sc(['query', 'w3svc'], server, plain);
    expect([result.exitCode, lines(result)]).toEqual([0, ['', ...transcript('sc-query')]]);
  });

  it('stops and starts, and remembers it on the disk', () => {
    const { server, owner } = lab();
    expect(lines(sc(['stop', 'W3SVC'], server, owner))[3]).toBe('        STATE              : 3  STOP_PENDING ');
    expect(lines(sc(['queryex', 'W3SVC'], server, owner)).slice(3)).toEqual([
      '        STATE              : 1  STOPPED ',
      '        WIN32_EXIT_CODE    : 0  (0x0)',
      '        SERVICE_EXIT_CODE  : 0  (0x0)',
      '        CHECKPOINT         : 0x0',
      '        WAIT_HINT          : 0x0',
      '        PID                : 0',
      '        FLAGS              : ',
    ]);
    expect(JSON.parse(server.disk.read('C:\\services.json')!.toString())).toEqual({ W3SVC: false });
    expect(sc(['start', 'W3SVC'], server, owner).exitCode).toBe(0);
    expect(JSON.parse(server.disk.read('C:\\services.json')!.toString())).toEqual({ W3SVC: true });
  });

  it.each([
    [['query', 'Nothing'], 1060, '[SC] EnumQueryServicesStatus:OpenService FAILED 1060:'],
    [['start', 'Nothing'], 1060, '[SC] StartService: OpenService FAILED 1060:'],
    [['start', 'W3SVC'], 1056, '[SC] StartService FAILED 1056:'],
    [['start', 'Broken'], 1058, '[SC] StartService FAILED 1058:'],
    [['stop', 'Broken'], 1062, '[SC] ControlService FAILED 1062:'],
    [['stop', 'HTTP'], 1051, '[SC] ControlService FAILED 1051:'],
    [['qc', 'Nothing'], 1060, '[SC] OpenService FAILED 1060:'],
  ])('%j ends in %i', (args, code, first) => {
    const { server, owner } = lab();
    const result = sc(args, server, owner);
    expect([result.exitCode, lines(result)[0]]).toEqual([code, first]);
  });

  it('controls nothing without elevation', () => {
    const { server, plain } = lab();
    expect(lines(sc(['stop', 'W3SVC'], server, plain))).toEqual([
      '[SC] OpenService FAILED 5:',
      '',
      'Access is denied.',
      '',
    ]);
    expect(server.disk.read('C:\\services.json')).toBeUndefined();
  });

  it('prints the configuration with each dependency on its line', () => {
    const { server, plain } = lab();
    expect(lines(sc(['qc', 'W3SVC'], server, plain)).slice(3)).toEqual([
      '        TYPE               : 20  WIN32_SHARE_PROCESS ',
      '        START_TYPE         : 2   AUTO_START',
      '        ERROR_CONTROL      : 1   NORMAL',
      '        BINARY_PATH_NAME   : C:\\Windows\\system32\\svchost.exe -k iissvcs',
      '        LOAD_ORDER_GROUP   : ',
      '        TAG                : 0',
      '        DISPLAY_NAME       : World Wide Web Publishing Service',
      '        DEPENDENCIES       : WAS',
      '                           : HTTP',
      '        SERVICE_START_NAME : LocalSystem',
    ]);
  });
});

describe('net', () => {
  it('stops and starts by name or display name', () => {
    const { server, owner } = lab();
    expect(lines(net(['stop', 'world wide web publishing service'], server, owner))).toEqual([
      'The World Wide Web Publishing Service service is stopping.',
      'The World Wide Web Publishing Service service was stopped successfully.',
      '',
    ]);
    expect(net(['start', 'W3SVC'], server, owner).exitCode).toBe(0);
    expect(complaints(net(['start', 'W3SVC'], server, owner))).toEqual([
      'The requested service has already been started.',
      '',
      'More help is available by typing NET HELPMSG 2182.',
      '',
    ]);
  });

  it('asks before it stops what others need, and stops those with /y', () => {
    const { server, owner } = lab();
    expect(net(['stop', 'HTTP'], server, owner).exitCode).toBe(2);
    expect(server.disk.read('C:\\services.json')).toBeUndefined();
    expect(net(['stop', 'HTTP', '/y'], server, owner).exitCode).toBe(0);
    expect(JSON.parse(server.disk.read('C:\\services.json')!.toString())).toEqual({ W3SVC: false, HTTP: false });
  });

  it('ends in 2 where it may not, cannot, or knows no such service', () => {
    const { server, owner, plain } = lab();
    expect(complaints(net(['stop', 'W3SVC'], server, plain))[0]).toBe('System error 5 has occurred.');
    expect(complaints(net(['start', 'Broken'], server, owner))[0]).toBe('System error 1058 has occurred.');
    expect(complaints(net(['stop', 'Broken'], server, owner))[0]).toBe('The Broken Service service is not started.');
    expect(net(['start', 'Nothing'], server, owner).exitCode).toBe(2);
  });
});

describe('iisreset', () => {
  it('prints what the transcript shows, with the CR that makes empty lines', () => {
    const { server, owner } = lab();
    const result = iisreset([], server, owner);
    expect(result.exitCode).toBe(0);
    // How a log shows it: CR and CR LF each end a line.
    expect(
      result.stdout
        .toString()
        .split(/\r\n|\r/)
        .slice(0, -1),
    ).toEqual(transcript('iisreset'));
  });

  it('stops until it is started again', () => {
    const { server, owner } = lab();
    iisreset(['/stop'], server, owner);
    expect(JSON.parse(server.disk.read('C:\\services.json')!.toString())).toEqual({ W3SVC: false, WAS: false });
    expect(iisreset(['/start'], server, owner).stdout.toString()).toContain(
      'Internet services successfully started\r\r\n',
    );
    expect(JSON.parse(server.disk.read('C:\\services.json')!.toString())).toEqual({ W3SVC: true, WAS: true });
  });

  it('runs the ABO mapper with IISADMIN, what depends on it stopped and started as well', () => {
    const server = createLab(memoryDisk(), { keyPool: sharedKey, faults: ['stale-hash'] });
    server.registry.setValue(`${SERVICES}\\SMTPSVC`, 'DependOnService', {
      type: 'REG_MULTI_SZ',
      data: Buffer.from('IISADMIN\0\0', 'utf16le'),
    });
    const { owner } = callers(server);
    const endpoints = () => readRecords(server).map(({ endpoint }) => endpoint);
    const before = endpoints();
    iisreset(['/stop'], server, owner);
    expect(JSON.parse(server.disk.read('C:\\services.json')!.toString())).toMatchObject({
      SMTPSVC: false,
      IISADMIN: false,
    });
    expect(endpoints()).toEqual(before);
    iisreset([], server, owner);
    expect(JSON.parse(server.disk.read('C:\\services.json')!.toString())).toMatchObject({
      IISADMIN: true,
      W3SVC: true,
    });
    expect(before.filter((endpoint) => !endpoints().includes(endpoint))).toHaveLength(1);
  });

  it('starts again what it stopped', () => {
    const { server, owner } = lab();
    server.registry.setValue(`${SERVICES}\\Other`, 'DependOnService', {
      type: 'REG_MULTI_SZ',
      data: Buffer.from('W3SVC\0\0', 'utf16le'),
    });
    iisreset([], server, owner);
    const states = { OTHER: true, W3SVC: true, WAS: true };
    expect(JSON.parse(server.disk.read('C:\\services.json')!.toString())).toEqual(states);
  });

  it('is refused without elevation', () => {
    const { server, plain } = lab();
    const result = iisreset(['/noforce'], server, plain);
    expect(result.exitCode).toBe(5);
    expect(
      result.stdout
        .toString()
        .split(/[\r\n]+/)
        .slice(2, -1),
    ).toEqual(transcript('iisreset-denied'));
    expect(iisreset(['/what'], server, plain).exitCode).toBe(87);
  });
});
