// Events as wevtutil prints them (`qe LOG /f:xml`): a row of <Event> elements, with a root around them or without.

import { fail, ok, type Result } from '../../model/result.ts';
import type { EventRecord } from '../../model/server/evidence.ts';
import { childrenNamed, textOf } from '../xml/document.ts';
import { utf16Order } from '../xml/text.ts';
import { parseXml, type XmlElement } from '../xml/tree.ts';

/**
 * Reads all events of a file. Free text may hold bytes of any OEM code page; they become U+FFFD, which no decision rests
 * on. A file without any byte is what wevtutil leaves when no event fits.
 */
export function readEvents(bytes: Uint8Array): Result<readonly EventRecord[]> {
  const text = `<Events>${decodeLoosely(bytes)}</Events>`;
  const root = parseXml(text);
  if (!root.ok) return root;
  const found = [root.value, ...root.value.children].flatMap((parent) => childrenNamed(parent, 'Event'));
  if (found.length === 0 && root.value.children.length === 0 && textOf(text, root.value).trim() !== '') {
    return fail('it is not XML: it holds text and no event');
  }
  const events: EventRecord[] = [];
  for (const element of found) {
    const event = readEvent(text, element);
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

function readEvent(text: string, event: XmlElement): Result<EventRecord> {
  const [system] = childrenNamed(event, 'System');
  const child = (name: string) => (system ? childrenNamed(system, name)[0] : undefined);
  const provider = child('Provider')?.attributes.get('Name');
  if (provider === undefined) return fail('no provider name');
  const idElement = child('EventID');
  const id = idElement ? textOf(text, idElement).trim() : '';
  if (!/^\d{1,10}$/.test(id)) return fail('no EventID that is a number');
  const time = new Date(child('TimeCreated')?.attributes.get('SystemTime') ?? '');
  if (Number.isNaN(time.getTime())) return fail('no time');
  return ok({ provider, id: Number(id), time: time.toISOString(), data: readData(text, event) });
}

function readData(text: string, event: XmlElement): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  let unnamed = 0;
  for (const element of childrenNamed(event, 'EventData').flatMap((data) => data.children)) {
    if (element.name === 'Binary') entries.push(['Binary', textOf(text, element).trim()]);
    if (element.name === 'Data')
      entries.push([element.attributes.get('Name') ?? String(unnamed++), textOf(text, element)]);
  }
  return Object.fromEntries(entries);
}
