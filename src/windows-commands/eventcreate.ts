// eventcreate: an entry in the Application log under our own source, which it registers at the first one.

import type { Command } from '../model/repair/command.ts';

/** The source of our entries. */
export const EVENT_SOURCE = 'iis-ssl-heal';

/** Characters; the text of an entry is an argument, and a command line has its limit. */
const LONGEST = 2000;

/** The text as it stands in the entry: one line, without what a console or a log reader would trip over. */
export function eventText(message: string): string {
  const line = [...message].map((character) => (/\p{C}/u.test(character) ? ' ' : character)).join('');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 4)} ...` : line;
}

/** Makes an entry; ids from 1 to 1000 (the program's message table ends there), `text` as eventText gives it. */
export function createEvent(id: number, type: 'INFORMATION' | 'WARNING' | 'ERROR', text: string): Command {
  const args = ['/L', 'APPLICATION', '/SO', EVENT_SOURCE, '/T', type, '/ID', String(id), '/D', text];
  return { program: 'eventcreate', args };
}
