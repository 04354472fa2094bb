// Services of the lab server: installed where the registry has a key for them, running as C:\services.json says.

import { findValue } from '../registry/registry-values.ts';
import type { LabServer } from '../server.ts';

/** One installed service, as the service control manager knows it. */
export interface Service {
  /** As the registry key is spelt. */
  readonly name: string;
  readonly displayName: string;
  /** SERVICE_KERNEL_DRIVER 1, WIN32_OWN_PROCESS 0x10, WIN32_SHARE_PROCESS 0x20. */
  readonly type: number;
  /** 2 automatic, 3 manual, 4 disabled. */
  readonly start: number;
  readonly path: string;
  readonly dependsOn: readonly string[];
  readonly account: string;
  readonly running: boolean;
}

const SERVICES = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services';
const STATE_FILE = 'C:\\services.json';

/** What the services of IIS are where their key does not say: as a default installation registers them. */
const KNOWN: Readonly<Record<string, Partial<Service>>> = {
  HTTP: { displayName: 'HTTP Service', type: 0x1, start: 3, path: 'system32\\drivers\\HTTP.sys', account: '' },
  IISADMIN: {
    displayName: 'IIS Admin Service',
    path: 'C:\\Windows\\system32\\inetsrv\\inetinfo.exe',
    dependsOn: ['RPCSS', 'SamSS', 'HTTP'],
  },
  W3SVC: {
    displayName: 'World Wide Web Publishing Service',
    path: 'C:\\Windows\\system32\\svchost.exe -k iissvcs',
    dependsOn: ['WAS', 'HTTP'],
  },
  WAS: {
    displayName: 'Windows Process Activation Service',
    start: 3,
    path: 'C:\\Windows\\system32\\svchost.exe -k iissvcs',
    dependsOn: ['RPCSS'],
  },
};

/** The service by its name or display name, upper or lower case; undefined: not installed. */
export function findService(server: LabServer, wanted: string): Service | undefined {
  const same = (name: string) => name.toLowerCase() === wanted.toLowerCase();
  for (const name of server.registry.subkeys(SERVICES) ?? []) {
    const service = readService(server, name);
    if (same(name) || same(service.displayName)) return service;
  }
  return undefined;
}

/** Installed services that are running and depend on this one, directly. */
export function runningDependents(server: LabServer, name: string): readonly Service[] {
  const same = (other: string) => other.toLowerCase() === name.toLowerCase();
  return (server.registry.subkeys(SERVICES) ?? [])
    .map((each) => readService(server, each))
    .filter((service) => service.running && service.dependsOn.some(same));
}

/** Notes that a service now runs or not. What that brings about is the caller's. */
export function setRunning(server: LabServer, name: string, running: boolean): void {
  const states = { ...readStates(server), [name.toUpperCase()]: running };
  server.disk.write(STATE_FILE, Buffer.from(`${JSON.stringify(states, null, 2)}\n`));
}

function readService(server: LabServer, name: string): Service {
  const known = KNOWN[name.toUpperCase()] ?? {};
  const value = (wanted: string) => findValue(server.registry, `${SERVICES}\\${name}`, wanted);
  const text = (wanted: string) => value(wanted)?.data.toString('utf16le').replace(/\0+$/, '');
  const number = (wanted: string) => value(wanted)?.data.readUInt32LE();
  const displayName = text('DisplayName');
  const start = number('Start') ?? known.start ?? 2;
  return {
    name,
    displayName: displayName && !displayName.startsWith('@') ? displayName : (known.displayName ?? name),
    type: number('Type') ?? known.type ?? 0x20,
    start,
    path: text('ImagePath') ?? known.path ?? '',
    dependsOn: text('DependOnService')?.split('\0') ?? known.dependsOn ?? [],
    account: text('ObjectName') ?? known.account ?? 'LocalSystem',
    running: readStates(server)[name.toUpperCase()] ?? start !== 4,
  };
}

/** Running or not, by upper-case name. A service that was never touched runs unless it is disabled. */
function readStates(server: LabServer): Readonly<Record<string, boolean>> {
  const bytes = server.disk.read(STATE_FILE);
  return bytes ? JSON.parse(bytes.toString()) : {};
}
