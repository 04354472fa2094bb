// The lab's event logs. One file per log below C:\Windows\System32\winevt\Logs: a plain sequence of <Event> elements,
// one a line, UTF-8, in the shape in which wevtutil prints them (attributes in single quotes). Oldest first.

import type { LabServer } from './server.ts';

/** The logs that the lab keeps. */
export type LabLog = 'System' | 'Security' | 'Application';

/** The file of a log. */
export const logPath = (log: LabLog): string => `C:\\Windows\\System32\\winevt\\Logs\\${log}.xml`;

/** NTE_BAD_KEYSET, "Keyset does not exist". */
export const BAD_KEYSET = 0x80090016;

/** What an event says; `binary` is hex. */
interface LabEvent {
  readonly log: LabLog;
  readonly provider: string;
  readonly id: number;
  readonly qualifiers?: number;
  readonly level: number;
  readonly task?: number;
  readonly keywords: string;
  readonly user?: string;
  /** Process that logs it: 4 is the kernel with http.sys, the rest are lsass. */
  readonly process: number;
  readonly data: readonly (readonly [string, string])[];
  readonly binary?: string;
}

const SCHANNEL = "Name='Schannel' Guid='{1F678132-5938-4686-9FDC-C8FF68F15C85}'";
const HTTP_EVENT =
  "Name='Microsoft-Windows-HttpEvent' Guid='{7b6bc78c-898b-4170-bbf8-1a469ea43fc5}' EventSourceName='HTTP'";
const AUDITING = "Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-A5BA-3E3B0328C30D}'";

/** Schannel 36870: the private key of a server credential could not be opened. */
export function logSchannel36870(server: LabServer, hresult = BAD_KEYSET): void {
  const data = [
    ['Type', 'server'],
    ['ErrorCode', hex(hresult)],
    ['ErrorStatus', '10001'],
  ] as const;
  const frame = { log: 'System', provider: SCHANNEL, level: 2, keywords: '0x8000000000000000', process: 612 } as const;
  append(server, { ...frame, id: 36870, user: 'S-1-5-18', data });
}

/** HttpEvent 15021: http.sys could not use the SSL record of an endpoint; the data end in STATUS_NO_SUCH_LOGON_SESSION. */
export function logHttp15021(server: LabServer, endpoint: string): void {
  const head = `000004000200300000000000AD3A00C0${'0'.repeat(48)}`;
  const event = httpEvent(15021, 49152, 2, endpoint);
  append(server, { ...event, binary: `${head}5F0000C0` });
}

/** HttpEvent 15300: the SSL record of an endpoint was deleted. */
export function logHttp15300(server: LabServer, endpoint: string): void {
  append(server, httpEvent(15300, 32768, 3, endpoint));
}

/** HttpEvent 15301: the SSL record of an endpoint was made by an admin process. */
export function logHttp15301(server: LabServer, endpoint: string): void {
  append(server, httpEvent(15301, 32768, 3, endpoint));
}

/** Security 5061, failure: SYSTEM could not open a key container. */
export function logSecurity5061(
  server: LabServer,
  key: { readonly container: string; readonly provider: string; readonly machine: boolean },
  hresult = BAD_KEYSET,
): void {
  const data = [
    ['SubjectUserSid', 'S-1-5-18'],
    ['SubjectUserName', `${server.facts.computer}$`],
    ['SubjectDomainName', 'WORKGROUP'],
    ['SubjectLogonId', '0x3e7'],
    ['ProviderName', key.provider],
    ['AlgorithmName', 'UNKNOWN'],
    ['KeyName', key.container],
    ['KeyType', key.machine ? '%%2499' : '%%2500'],
    ['Operation', '%%2480'],
    ['ReturnCode', hex(hresult)],
  ] as const;
  const frame = { log: 'Security', provider: AUDITING, level: 0, task: 12290, process: 612 } as const;
  append(server, { ...frame, id: 5061, keywords: '0x8010000000000000', data });
}

/** An event of a program's own, as eventcreate makes it: classic, one string without a name. */
export function logOwnEvent(
  server: LabServer,
  event: {
    readonly log: LabLog;
    readonly source: string;
    readonly id: number;
    readonly level: number;
    readonly user: string;
    readonly text: string;
  },
): void {
  const { log, source, id, level, user, text } = event;
  const provider = `Name='${escaped(source)}'`;
  const frame = { qualifiers: 0, keywords: '0x80000000000000', process: 0 } as const;
  append(server, { ...frame, log, provider, id, level, user, data: [['', text]] });
}

function httpEvent(id: number, qualifiers: number, level: number, endpoint: string): LabEvent {
  const frame = { log: 'System', provider: HTTP_EVENT, keywords: '0x80000000000000', process: 4 } as const;
  const data = [
    ['DeviceObject', '\\Device\\Http\\ReqQueue'],
    ['Endpoint', endpoint],
  ] as const;
  return { ...frame, id, qualifiers, level, data };
}

function append(server: LabServer, event: LabEvent): void {
  const path = logPath(event.log);
  const before = server.disk.read(path)?.toString('utf8') ?? '';
  const last = [...before.matchAll(/<EventRecordID>(\d+)</g)].at(-1)?.[1];
  const time = tick(server);
  const line = xml(event, server.facts.computer, time, last === undefined ? 1 : Number(last) + 1);
  server.disk.makeFolder(path.slice(0, path.lastIndexOf('\\')));
  server.disk.write(path, Buffer.from(`${before}${line}\r\n`, 'utf8'));
}

// Lab time stands still between events, so that two runs of the same story give the same bytes.
function tick(server: LabServer): string {
  const now = server.facts.clock;
  server.facts.clock = new Date(Date.parse(now) + 1000).toISOString();
  return new Date(now).toISOString().replace('Z', '0000Z');
}

function xml(event: LabEvent, computer: string, time: string, record: number): string {
  const qualifiers = event.qualifiers === undefined ? '' : ` Qualifiers='${event.qualifiers}'`;
  const user = event.user === undefined ? '' : ` UserID='${event.user}'`;
  const data = event.data.map(([name, value]) => `<Data${name && ` Name='${name}'`}>${escaped(value)}</Data>`).join('');
  const binary = event.binary === undefined ? '' : `<Binary>${event.binary}</Binary>`;
  return [
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>",
    `<Provider ${event.provider}/><EventID${qualifiers}>${event.id}</EventID><Version>0</Version>`,
    `<Level>${event.level}</Level><Task>${event.task ?? 0}</Task><Opcode>0</Opcode>`,
    `<Keywords>${event.keywords}</Keywords><TimeCreated SystemTime='${time}'/>`,
    `<EventRecordID>${record}</EventRecordID><Correlation/><Execution ProcessID='${event.process}' ThreadID='88'/>`,
    `<Channel>${event.log}</Channel><Computer>${escaped(computer)}</Computer><Security${user}/></System>`,
    `<EventData>${data}${binary}</EventData></Event>`,
  ].join('');
}

const hex = (code: number): string => `0x${(code >>> 0).toString(16)}`;

const escaped = (value: string): string =>
  value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/'/g, '&apos;');
