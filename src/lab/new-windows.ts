// A Windows server before IIS has any site: folders, programs, registry, people.

import { SYSTEMS_CA, storeKey, userStoreFolder } from './certificates/store.ts';
import type { Disk } from './disk/disk.ts';
import { HTTP_PARAMETERS } from './http/http-sys.ts';
import { keyFolder } from './keys/keys.ts';
import { LAB_FACTS, LAB_REGISTRY, openLab, writeFacts } from './open.ts';
import type { Registry } from './registry/registry.ts';
import { registryTree, writeRegistry } from './registry/registry-tree.ts';
import { numberValue, textValue } from './registry/registry-values.ts';
import type { LabFacts, LabServer, LabUser } from './server.ts';
import { logPath } from './services/events.ts';

const PROGRAMS = [
  'certutil',
  'eventcreate',
  'icacls',
  'iisreset',
  'inetsrv\\appcmd',
  'net',
  'netsh',
  'netstat',
  'reg',
  'sc',
  'schtasks',
  'takeown',
  'tasklist',
  'wevtutil',
  'whoami',
];

const FOLDERS = [
  'C:\\ProgramData',
  'C:\\Windows\\Temp',
  'C:\\Windows\\System32\\inetsrv\\backup',
  'C:\\Windows\\System32\\inetsrv\\config\\schema',
  'C:\\Windows\\System32\\winevt\\Logs',
  'C:\\inetpub\\history',
  'C:\\inetpub\\wwwroot',
];

const DOMAIN_SID = 'S-1-5-21-2817403921-1946620715-3310977264';

/** The facts of a new lab; only the build is anybody's choice. */
function newFacts(osBuild: number): LabFacts {
  return {
    formatVersion: 1,
    computer: 'LABSRV',
    dnsName: 'labsrv.example.test',
    machineGuid: '7c0e4f52-9b1d-4d37-8a66-2f5d1be0c941',
    osBuild,
    owner: { sid: `${DOMAIN_SID}-1001`, name: 'LABSRV\\olga', profile: 'C:\\Users\\olga' },
    otherAdmin: { sid: `${DOMAIN_SID}-1002`, name: 'LABSRV\\karl', profile: 'C:\\Users\\karl' },
    clock: '2026-03-02T08:00:00.000Z',
    cachedCredentials: [],
    told: [],
  };
}

/** Makes the server on an empty disk. */
export function newWindows(disk: Disk, osBuild: number): LabServer {
  const facts = newFacts(osBuild);
  const people = [facts.owner, facts.otherAdmin];
  for (const folder of [...FOLDERS, ...keyFolders(people), ...people.map(userStoreFolder)]) disk.makeFolder(folder);
  // Whether a program is there is all that its file says; what it does is the lab's.
  for (const program of PROGRAMS) disk.write(`C:\\Windows\\System32\\${program}.exe`, Buffer.alloc(0));
  for (const log of ['System', 'Security', 'Application'] as const) disk.write(logPath(log), Buffer.alloc(0));
  disk.write('C:\\Windows\\System32\\inetsrv\\config\\redirection.config', Buffer.from(REDIRECTION.join('\r\n')));
  disk.write(LAB_FACTS, Buffer.from(writeFacts(facts)));
  disk.write(LAB_REGISTRY, Buffer.from(writeRegistry(newRegistry(facts, people))));
  return openLab(disk);
}

const REDIRECTION = [
  '<?xml version="1.0" encoding="utf-8"?>',
  '<configuration>',
  '    <configSections>',
  '        <section name="configurationRedirection" />',
  '    </configSections>',
  '    <configurationRedirection />',
  '</configuration>',
  '',
];

function keyFolders(people: readonly LabUser[]): readonly string[] {
  return ['machine' as const, 'system' as const, ...people].flatMap((scope) => [
    keyFolder(scope, 'capi'),
    keyFolder(scope, 'cng'),
  ]);
}

function newRegistry(facts: LabFacts, people: readonly LabUser[]): Registry {
  const registry = registryTree();
  const software = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft';
  const version = `${software}\\Windows NT\\CurrentVersion`;
  registry.setValue(`${software}\\Cryptography`, 'MachineGuid', textValue(facts.machineGuid));
  registry.setValue(version, 'CurrentBuild', textValue(String(facts.osBuild)));
  registry.setValue(version, 'CurrentBuildNumber', textValue(String(facts.osBuild)));
  registry.setValue(version, 'EditionID', textValue('ServerStandard'));
  const control = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control';
  registry.setValue(`${control}\\ComputerName\\ComputerName`, 'ComputerName', textValue(facts.computer));
  const tcpip = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters';
  registry.setValue(tcpip, 'Domain', textValue(facts.dnsName.slice(facts.dnsName.indexOf('.') + 1)));
  // Every Windows has these keys; the key of the policy for cipher suites comes with the policy.
  registry.setValue(`${control}\\SecurityProviders\\SCHANNEL`, 'EventLogging', numberValue(1));
  registry.makeKey('HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\SystemCertificates');
  for (const store of ['MY', 'CA', 'Root', 'Disallowed']) registry.makeKey(storeKey(store));
  registry.makeKey(SYSTEMS_CA);
  // WebHosting came with IIS 8.
  if (facts.osBuild >= 9200) registry.makeKey(storeKey('WebHosting'));
  const system = { sid: 'S-1-5-18', profile: '%systemroot%\\system32\\config\\systemprofile' };
  for (const { sid, profile } of [system, ...people]) {
    registry.setValue(`${version}\\ProfileList\\${sid}`, 'ProfileImagePath', textValue(profile, 'REG_EXPAND_SZ'));
  }
  registry.makeKey(HTTP_PARAMETERS);
  for (const service of SERVICES) addService(registry, service);
  return registry;
}

/** SERVICE_KERNEL_DRIVER is 1, SERVICE_WIN32_SHARE_PROCESS 0x20; start 2 is automatic, 3 on demand. */
const SERVICES = [
  { name: 'HTTP', type: 0x1, start: 3, path: 'system32\\drivers\\HTTP.sys', needs: [] },
  { name: 'WAS', type: 0x20, start: 3, path: '%windir%\\system32\\svchost.exe -k iissvcs', needs: ['RPCSS'] },
  { name: 'W3SVC', type: 0x20, start: 2, path: '%windir%\\system32\\svchost.exe -k iissvcs', needs: ['WAS', 'HTTP'] },
  {
    name: 'IISADMIN',
    type: 0x20,
    start: 2,
    path: '%windir%\\system32\\inetsrv\\inetinfo.exe',
    needs: ['RPCSS', 'SamSS', 'HTTP'],
  },
  { name: 'SstpSvc', type: 0x20, start: 3, path: '%SystemRoot%\\system32\\svchost.exe -k LocalService', needs: [] },
];

function addService(registry: Registry, service: (typeof SERVICES)[number]): void {
  const key = `HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\${service.name}`;
  registry.setValue(key, 'Type', numberValue(service.type));
  registry.setValue(key, 'Start', numberValue(service.start));
  registry.setValue(key, 'ImagePath', textValue(service.path, 'REG_EXPAND_SZ'));
  if (service.needs.length === 0) return;
  const names = Buffer.from(`${service.needs.join('\0')}\0\0`, 'utf16le');
  registry.setValue(key, 'DependOnService', { type: 'REG_MULTI_SZ', data: names });
}
