// Events as wevtutil prints them (`qe LOG /f:xml`): a row of <Event> elements, with a root around them or without.

import { fail, ok, type Result } from '../../model/result.ts';
import type { EventRecord } from '../../model/server/evidence.ts';
import { textOf } from '../xml/document.ts';
import {
  attribute,
  childrenNamed,
  childrenOf,
  nameOf,
  ROOT,
  type XmlElement,
  type XmlElements,
} from '../xml/elements.ts';
import { utf16Order } from '../xml/text.ts';
import { parseXml } from '../xml/tree.ts';

/**
 * Reads all events of a file. Free text may hold bytes of any OEM code page; they become U+FFFD, which no decision rests
 * on. A file without any byte is what wevtutil leaves when no event fits.
 */
export function readEvents(bytes: Uint8Array): Result<readonly EventRecord[]> {
  const text = `<Events>${decodeLoosely(bytes)}</Events>`;
  const read = parseXml(text);
  if (!read.ok) return read;
  const xml = read.value;
  const children = childrenOf(xml, ROOT);
  const found = [ROOT, ...children].flatMap((parent) => childrenNamed(xml, parent, 'Event'));
  if (found.length === 0 && children.length === 0 && textOf(xml, ROOT).trim() !== '') {
    return fail('it is not XML: it holds text and no event');
  }
  const events: EventRecord[] = [];
  for (const element of found) {
    const event = readEvent(xml, element);
    if (!event.ok) return fail(`its event ${events.length + 1} has ${event.error}`);
    events.push(event.value);
  }
  return ok(events);
}

function decodeLoosely(bytes: Uint8Array): string {
  const order = utf16Order(bytes);
  const encoding = order === 'little' ? 'utf-16le' : order === 'big' ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes).replaceAll('\0', '\uFFFD');
}

function readEvent(xml: XmlElements, event: XmlElement): Result<EventRecord> {
  const [system] = childrenNamed(xml, event, 'System');
  const child = (name: string) => (system === undefined ? undefined : childrenNamed(xml, system, name)[0]);
  const said = (element: XmlElement | undefined, name: string) =>
    element === undefined ? undefined : attribute(xml, element, name);
  const provider = said(child('Provider'), 'Name');
  if (provider === undefined) return fail('no provider name');
  const idElement = child('EventID');
  const id = idElement === undefined ? '' : textOf(xml, idElement).trim();
  if (!/^\d{1,10}$/.test(id)) return fail('no EventID that is a number');
  const time = new Date(said(child('TimeCreated'), 'SystemTime') ?? '');
  if (Number.isNaN(time.getTime())) return fail('no time');
  return ok({ provider, id: Number(id), time: time.toISOString(), data: readData(xml, event) });
}

function readData(xml: XmlElements, event: XmlElement): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  let unnamed = 0;
  for (const element of childrenNamed(xml, event, 'EventData').flatMap((data) => childrenOf(xml, data))) {
    const name = nameOf(xml, element);
    if (name === 'Binary') entries.push(['Binary', textOf(xml, element).trim()]);
    if (name === 'Data') entries.push([attribute(xml, element, 'Name') ?? String(unnamed++), textOf(xml, element)]);
  }
  return Object.fromEntries(entries);
}
