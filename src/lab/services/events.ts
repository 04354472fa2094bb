// The lab's event logs. One file per log below C:\Windows\System32\winevt\Logs: a plain sequence of <Event> elements,
// one a line, UTF-8, in the shape in which wevtutil prints them (attributes in single quotes). Oldest first.

import type { LabServer } from '../server.ts';

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

const SCHANNEL_36870 = {
  log: 'System',
  provider: SCHANNEL,
  id: 36870,
  level: 2,
  keywords: '0x8000000000000000',
  user: 'S-1-5-18',
  process: 612,
} as const;

const schannelData = (hresult: number): LabEvent['data'] => [
  ['Type', 'server'],
  ['ErrorCode', hex(hresult)],
  ['ErrorStatus', '10001'],
];

/** Schannel 36870: the private key of a server credential could not be opened. */
export function logSchannel36870(server: LabServer, hresult = BAD_KEYSET): void {
  append(server, { ...SCHANNEL_36870, data: schannelData(hresult) });
}

/**
 * A storm: Remote Desktop meets each client with a key that cannot be opened. The same provider and number as for http.sys;
 * later builds (which first is not established; here from Windows Server 2022 on) also name the calling process.
 */
export function logSchannelStorm(server: LabServer, count: number, hresult = BAD_KEYSET): void {
  const caller = [
    ['CallerProcessId', '1044'],
    ['CallerProcessImageName', 'svchost.exe'],
  ] as const;
  const data = [...(server.facts.osBuild >= 20348 ? caller : []), ...schannelData(hresult)];
  const [first, ...more] = Array.from({ length: count }, () => ({ ...SCHANNEL_36870, data }));
  if (first !== undefined) append(server, first, ...more);
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

function append(server: LabServer, ...events: readonly [LabEvent, ...LabEvent[]]): void {
  const path = logPath(events[0].log);
  const before = server.disk.read(path) ?? Buffer.alloc(0);
  const first = lastRecord(before) + 1;
  const lines = events.map((event, at) => `${xml(event, server.facts.computer, tick(server), first + at)}\r\n`);
  server.disk.makeFolder(path.slice(0, path.lastIndexOf('\\')));
  server.disk.write(path, withinLimit(Buffer.concat([before, Buffer.from(lines.join(''), 'utf8')])));
}

/** What a log of Windows holds unless somebody says otherwise; then the oldest events go. */
const LOG_LIMIT = 20 * 1024 * 1024;

function withinLimit(log: Buffer): Buffer {
  if (log.length <= LOG_LIMIT) return log;
  const cut = log.indexOf('\r\n', log.length - LOG_LIMIT);
  return log.subarray(cut + 2);
}

/** The number of the newest event, read from the end: a log may hold thousands. */
function lastRecord(log: Buffer): number {
  const at = log.lastIndexOf('<EventRecordID>');
  return at === -1 ? 0 : Number.parseInt(log.toString('latin1', at + 15, at + 35), 10);
}

/** An event as a subscription sees it: its log, its provider's name, its number. */
export interface LoggedEvent {
  readonly log: LabLog;
  readonly provider: string;
  readonly id: number;
}

/** The record number of the newest event of a log; 0 for an empty one. */
export const newestRecord = (server: LabServer, log: LabLog): number =>
  lastRecord(server.disk.read(logPath(log)) ?? Buffer.alloc(0));

/** The events of a log behind a record number, oldest first. */
export function eventsAfter(server: LabServer, log: LabLog, record: number): readonly LoggedEvent[] {
  if (newestRecord(server, log) <= record) return [];
  const text = server.disk.text(logPath(log)) ?? '';
  // Where that record is gone already, all that are left came after it.
  const start = Math.max(0, text.indexOf(`<EventRecordID>${record + 1}<`));
  const lines = text.slice(text.lastIndexOf('\n', start) + 1).split('\r\n');
  return lines.flatMap((line) => {
    const provider = /<Provider Name='([^']*)'/.exec(line)?.[1];
    const id = /<EventID[^>]*>(\d+)</.exec(line)?.[1];
    return provider === undefined || id === undefined ? [] : [{ log, provider: unescaped(provider), id: Number(id) }];
  });
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

const unescaped = (value: string): string =>
  value
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, '&');
