// `netsh http show sslcert`, the fallback where the registry was not read. Labels are translated, and hold colons
// themselves; values, and the order of the lines, are the same in every language. So lines are known by the shape of
// their values and by their place, never by their words.

import { fail, ok, type Result } from '../../model/result.ts';
import type { SslRecord } from '../../model/server/ssl-record.ts';
import { consoleText } from '../console/console-text.ts';
import { readEndpoint } from '../http-sys/endpoint.ts';
import { changedExtended, readNetshSettings } from './settings.ts';

const HASH = /(?:^|[\s:])([0-9a-f]{40}|[0-9a-f]{64})\s*$/i;
const APP_ID = /(\{[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\})\s*$/i;
const IP_PORT = /(?:^|[\s:])((?:\[[0-9a-f:.%]+\]|\d{1,3}(?:\.\d{1,3}){3}):\d{1,5})\s*$/i;
// No equals sign: an echoed command line says `ipport=...`.
const HOST_PORT = /(?:^|[\s:])([^\s:=[\]{}]+:\d{1,5})\s*$/;
const PORT = /[\s:](\d{1,5})\s*$/;
const RULER = /-{10}/;
/** The heading of an extended property, or one of its numbers. */
const EXTENDED = /:\s*\d*$/;
/** An echoed command line that asks for one record. */
const ONE_ENDPOINT = /\b(?:ipport|hostnameport|ccs|scopedccs)\s*=/i;
/** The lines of a block below its first, on the oldest Windows: hash, application id and ten settings. */
const SHORTEST = 12;

/** A block's lines after its first one, and what that first one says. */
interface Block {
  readonly table: 'ip' | 'sni' | 'ccs';
  readonly name: string;
  readonly lines: readonly string[];
}

/**
 * Reads the list, which is malformed unless each of its lines was understood: what is not seen in it is said to be gone.
 * An empty list is one with its heading and one line, netsh's translated word for it.
 */
export function readNetshSslcert(bytes: Uint8Array): Result<readonly SslRecord[]> {
  const lines = consoleText(bytes)
    .split('\n')
    .map((line) => line.trimEnd());
  const records: SslRecord[] = [];
  const others: number[] = [];
  let inList = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const block = blockAt(lines, at);
    const fault = block === undefined ? faultOf(line, inList) : faultWithin(block);
    if (fault !== undefined) return fail(`line ${at + 1}: ${fault}`);
    if (block !== undefined) {
      records.push(readBlock(block));
      at += block.lines.length;
    } else if (inList && line !== '') {
      const last = records.pop();
      if (last === undefined || !EXTENDED.test(tail(line))) others.push(at);
      const more = last && EXTENDED.test(tail(line)) ? changedExtended([line]) : [];
      if (last !== undefined) records.push({ ...last, notUnderstood: [...last.notUnderstood, ...more] });
    }
    inList ||= block !== undefined || RULER.test(line);
  }
  if (!inList) return fail('not a list of SSL records');
  const [first, second] = others;
  if (records.length === 0 && first === undefined) return fail('the list ends below its heading');
  const strange = records.length > 0 || (lines[first ?? 0] ?? '').includes(':') ? first : second;
  return strange === undefined ? ok(records) : fail(`line ${strange + 1} of the list was not understood`);
}

function faultOf(line: string, inList: boolean): string | undefined {
  if (isHash(line) || APP_ID.test(tail(line)))
    return 'a certificate hash or application id without an endpoint before it';
  if (inList)
    return IP_PORT.test(tail(line)) || HOST_PORT.test(tail(line)) ? 'an endpoint without its record' : undefined;
  return ONE_ENDPOINT.test(line) ? 'the list was asked for one endpoint and says nothing of the others' : undefined;
}

/** What shows that a block was cut, or holds lines that are no settings of it: another record's, for example. */
function faultWithin({ name, lines }: Block): string | undefined {
  if (lines.length < SHORTEST) return `the record of ${name} ends before its last setting`;
  const [first = '', second = ''] = lines.map(tail);
  if (!isHash(first) && !APP_ID.test(first) && !(APP_ID.test(second) && /\(null\)$|:$/.test(first))) {
    return `the certificate hash of ${name} was not understood`;
  }
  const foreign = lines.some(
    (line, index) => !line.includes(':') || (index >= SHORTEST && (isHash(line) || APP_ID.test(tail(line)))),
  );
  return foreign ? `the record of ${name} holds a line that is no setting` : undefined;
}

// The end of a line is enough for every value that is recognised, and keeps a hostile line cheap.
const tail = (line: string): string => line.slice(-300);
const isHash = (line: string): boolean => HASH.test(tail(line));

/** The block that starts at a line: an endpoint with a hash or an application id right below it. */
function blockAt(lines: readonly string[], at: number): Block | undefined {
  const first = startOf(lines, at);
  if (first === undefined) return undefined;
  let end = at + 1;
  while (end < lines.length && lines[end] !== '' && (end <= at + 3 || startOf(lines, end) === undefined)) end++;
  return { ...first, lines: lines.slice(at + 1, end) };
}

function startOf(lines: readonly string[], at: number): Pick<Block, 'table' | 'name'> | undefined {
  const line = tail(lines[at] ?? '');
  const [second = '', third = ''] = lines.slice(at + 1, at + 3).map(tail);
  const followed = second !== '' && (HASH.test(second) || APP_ID.test(second) || APP_ID.test(third));
  if (!followed || HASH.test(line) || APP_ID.test(line)) return undefined;
  const ip = IP_PORT.exec(line)?.[1];
  if (ip !== undefined) return { table: 'ip', name: ip };
  const host = HOST_PORT.exec(line)?.[1];
  if (host !== undefined) return { table: 'sni', name: host };
  const port = PORT.exec(line)?.[1];
  // A central store's block has a bare port; so has a setting, which is why the next line must not be a block's first.
  return port !== undefined && !HOST_PORT.test(second) ? { table: 'ccs', name: port } : undefined;
}

function readBlock({ table, name, lines }: Block): SslRecord {
  const notUnderstood: string[] = [];
  const endpoint = readEndpoint(table, name);
  if (!endpoint.ok) notUnderstood.push(`endpoint: ${endpoint.error}`);
  if (name.includes('?')) notUnderstood.push('endpoint: letters that the code page lost');
  const appIdAt = lines.findIndex((line, index) => index < 2 && APP_ID.test(tail(line)));
  const appId = APP_ID.exec(tail(lines[appIdAt] ?? ''))?.[1]?.toLowerCase() ?? '';
  const hash = appIdAt === 0 ? '' : (HASH.exec(tail(lines[0] ?? ''))?.[1] ?? '').toUpperCase();
  if (hash.length === 64) notUnderstood.push('certificate hash: not a SHA-1');
  if (appIdAt < 0) notUnderstood.push('application id: not in the text');
  const settings = readNetshSettings(lines.slice(appIdAt < 0 ? 2 : appIdAt + 1));
  return {
    endpoint: endpoint.ok ? endpoint.value : { table, name: name.toLowerCase() },
    thumbprint: hash.length === 40 ? hash : '',
    appId,
    ...settings,
    notUnderstood: [...notUnderstood, ...settings.notUnderstood],
  };
}
