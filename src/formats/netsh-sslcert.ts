// `netsh http show sslcert`, the fallback where the registry was not read. Labels are translated, and hold colons
// themselves; values, and the order of the lines, are the same in every language. So lines are known by the shape of
// their values and by their place, never by their words.

import { malformed, type Parsed, parsed } from '../model/parsed.ts';
import type { SslRecord } from '../model/ssl-record.ts';
import { consoleText } from './console-text.ts';
import { readEndpoint } from './endpoint.ts';
import { readNetshSettings } from './netsh-settings.ts';

const HASH = /(?:^|[\s:])([0-9a-f]{40}|[0-9a-f]{64})\s*$/i;
const APP_ID = /(\{[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\})\s*$/i;
const IP_PORT = /(?:^|[\s:])((?:\[[0-9a-f:.%]+\]|\d{1,3}(?:\.\d{1,3}){3}):\d{1,5})\s*$/i;
// No equals sign: an echoed command line says `ipport=...`.
const HOST_PORT = /(?:^|[\s:])([^\s:=[\]{}]+:\d{1,5})\s*$/;
const PORT = /[\s:](\d{1,5})\s*$/;
const RULER = /-{10}/;

/** A block's lines after its first one, and what that first one says. */
interface Block {
  readonly table: 'ip' | 'sni' | 'ccs';
  readonly name: string;
  readonly lines: readonly string[];
}

/** Reads the list. An empty list is one with its heading and no record; text without either is malformed. */
export function readNetshSslcert(bytes: Uint8Array): Parsed<readonly SslRecord[]> {
  const lines = consoleText(bytes)
    .split('\n')
    .map((line) => line.trimEnd());
  const records: SslRecord[] = [];
  let ruled = false;
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const block = blockAt(lines, at);
    if (block !== undefined) {
      records.push(readBlock(block));
      at += 1 + block.lines.length;
      continue;
    }
    if (isHash(line) || APP_ID.test(line)) {
      return malformed(`line ${at + 1}: a certificate hash or application id without an endpoint before it`);
    }
    if (ruled && (IP_PORT.test(tail(line)) || HOST_PORT.test(tail(line)))) {
      return malformed(`line ${at + 1}: an endpoint without its record`);
    }
    ruled ||= RULER.test(line);
    at++;
  }
  return ruled || records.length > 0 ? parsed(records) : malformed('not a list of SSL records');
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
  if (appIdAt === 1 && hash === '' && !/\(null\)$|:$/.test(lines[0] ?? '')) notUnderstood.push('certificate hash');
  if (hash.length === 64) notUnderstood.push('certificate hash: not a SHA-1');
  if (appIdAt < 0) notUnderstood.push('application id: not in the text');
  const settings = readNetshSettings(appIdAt < 0 ? [] : lines.slice(appIdAt + 1));
  return {
    endpoint: endpoint.ok ? endpoint.value : { table, name: name.toLowerCase() },
    thumbprint: hash.length === 40 ? hash : '',
    appId,
    ...settings,
    notUnderstood: [...notUnderstood, ...settings.notUnderstood],
  };
}
