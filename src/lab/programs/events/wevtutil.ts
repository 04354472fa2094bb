// wevtutil.exe: query events.

import { type Caller, type LabProgram, type ProgramResult, printed } from '../../program.ts';
import { remembered } from '../../remembered.ts';
import type { LabServer } from '../../server.ts';
import { isElement, parseXml, type XmlElement } from '../../tasks/xml-elements.ts';
import { complained } from '../complaint.ts';
import { onConsole } from '../reg/reg-values.ts';
import { parseEventQuery } from './event-query.ts';

/** The logs that every Windows has. */
const LOGS = new Map(['System', 'Security', 'Application'].map((log) => [log.toLowerCase(), log]));

/**
 * `wevtutil qe LOG [/q:XPATH] [/rd:true] [/c:N] [/f:xml|text] [/e:ROOT] [/uni:true]`. Exit codes are those of the event
 * log: 5 access denied, 87, 15001 invalid query, 15007 no such channel; the message goes to stderr in two sentences.
 */
export const wevtutil: LabProgram = (args, server, caller) => {
  const [verb = '', path, ...rest] = args;
  if (!/^(qe|query-events)$/i.test(verb) || path === undefined) {
    return complained([`The command ${verb} is not supported.`, 'The parameter is incorrect.'], 87);
  }
  const options = parseOptions(rest);
  if (typeof options === 'string') {
    return complained(
      [`Invalid option ${options}. Option name is incorrect or not supported.`, 'The parameter is incorrect.'],
      87,
    );
  }
  const log = LOGS.get(path.toLowerCase());
  if (!log) return failed('The specified channel could not be found.', 15007);
  const filter = parseEventQuery(options.query);
  if (!filter) return failed('The specified query is invalid.', 15001);
  if (log === 'Security' && !mayReadSecurity(caller)) return failed('Access is denied.', 5);
  const now = Date.parse(server.facts.clock);
  const chosen = readLog(server, log).filter(({ element }) => filter(element, now));
  if (options.newestFirst) chosen.reverse();
  return output(chosen.slice(0, options.count), options);
};

const failed = (message: string, exitCode: number): ProgramResult =>
  complained([`Failed to open event query. ${message}`], exitCode);

/** Administrators and SYSTEM; the group Event Log Readers has no members in the lab. */
const mayReadSecurity = (caller: Caller): boolean => caller.elevated || caller.sid === 'S-1-5-18';

interface Options {
  query: string;
  newestFirst: boolean;
  count: number;
  text: boolean;
  root: string | undefined;
  unicode: boolean;
}

/** The options by their short and long names; the text of the first one that is not understood. */
function parseOptions(args: readonly string[]): Options | string {
  const options: Options = {
    query: '*',
    newestFirst: false,
    count: Number.POSITIVE_INFINITY,
    text: false,
    root: undefined,
    unicode: false,
  };
  for (const argument of args) {
    const match = /^[/-](\w+):([\s\S]*)$/.exec(argument);
    const [, name = '', value = ''] = match ?? [];
    const lower = name.toLowerCase();
    if (lower === 'q' || lower === 'query') options.query = value;
    else if (lower === 'rd' || lower === 'reversedirection') options.newestFirst = value.toLowerCase() === 'true';
    else if ((lower === 'c' || lower === 'count') && /^\d+$/.test(value)) options.count = Number(value);
    else if ((lower === 'f' || lower === 'format') && /^(xml|text)$/i.test(value)) {
      options.text = value.toLowerCase() === 'text';
    } else if (lower === 'e' || lower === 'element') options.root = value;
    else if (lower === 'uni' || lower === 'unicode') options.unicode = value.toLowerCase() === 'true';
    else return argument;
  }
  return options;
}

interface Event {
  readonly xml: string;
  readonly element: XmlElement;
}

const readLog = (server: LabServer, log: string): readonly Event[] =>
  eventsIn(server.disk.text(`C:\\Windows\\System32\\winevt\\Logs\\${log}.xml`) ?? '');

/** Oldest first. An event that is not whole XML ends in nothing, as a torn record does. */
const eventsIn = remembered(
  (text): readonly Event[] =>
    (text.match(/<Event[ >][\s\S]*?<\/Event>/g) ?? []).flatMap((xml) => {
      const element = parsedEvent(xml);
      return element === undefined ? [] : [{ xml, element }];
    }),
  4,
);

/** A log grows by its newest events and the others never change: thousands are parsed once. */
const PARSED = new Map<string, XmlElement | undefined>();
const MOST_PARSED = 20_000;

function parsedEvent(xml: string): XmlElement | undefined {
  if (PARSED.has(xml)) return PARSED.get(xml);
  if (PARSED.size >= MOST_PARSED) PARSED.clear();
  const element = parseXml(xml);
  const event = isElement(element) ? element : undefined;
  PARSED.set(xml, event);
  return event;
}

function output(events: readonly Event[], options: Options): ProgramResult {
  const lines = options.text ? events.flatMap(textLines) : events.map(({ xml }) => xml);
  const framed = options.root === undefined ? lines : [`<${options.root}>`, ...lines, `</${options.root}>`];
  if (!options.unicode) return printed(framed.map(onConsole));
  const text = framed.map((line) => `${line}\r\n`).join('');
  return { exitCode: 0, stdout: Buffer.from(text, 'utf16le'), stderr: Buffer.alloc(0) };
}

const LEVELS = ['Information', 'Critical', 'Error', 'Warning', 'Information', 'Verbose'];

/** The text form. The lab has no message tables: the description is the event's data. */
function textLines({ element }: Event, index: number): readonly string[] {
  const find = (from: XmlElement | undefined, name: string) => from?.children.find((child) => child.name === name);
  const system = find(element, 'System');
  const text = (name: string) => find(system, name)?.text ?? 'N/A';
  const data = find(element, 'EventData')?.children ?? [];
  return [
    `Event[${index}]:`,
    `  Log Name: ${text('Channel')}`,
    `  Source: ${find(system, 'Provider')?.attributes.get('Name') ?? 'N/A'}`,
    `  Date: ${find(system, 'TimeCreated')?.attributes.get('SystemTime')?.slice(0, 23) ?? 'N/A'}`,
    `  Event ID: ${text('EventID')}`,
    '  Task: N/A',
    `  Level: ${LEVELS[Number(text('Level'))] ?? 'N/A'}`,
    '  Opcode: N/A',
    '  Keyword: N/A',
    `  User: ${find(system, 'Security')?.attributes.get('UserID') ?? 'N/A'}`,
    '  User Name: N/A',
    `  Computer: ${text('Computer')}`,
    '  Description: ',
    ...data.map((item) => `${item.attributes.get('Name') ?? item.name}: ${item.text}`),
    '',
  ];
}
