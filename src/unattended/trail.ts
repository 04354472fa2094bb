// The trail of unattended runs: a line in our log, and an entry in the Application event log where it is worth one.

import { readEvents } from '../formats/events/event-xml.ts';
import type { Machine } from '../machine/machine.ts';
import { logFolder } from '../model/places.ts';
import { UNATTENDED_OUTCOMES } from '../model/run-outcome.ts';
import type { TrailLine } from '../model/unattended.ts';
import { readTrail, withLine } from '../own-files/trail-file.ts';
import { readOwnFile, replaceOwnFile, whyNotWritten } from '../repair/change/own-file.ts';
import { createEvent, EVENT_SOURCE, eventText } from '../windows-commands/eventcreate.ts';
import { queryEvents } from '../windows-commands/wevtutil.ts';
import { eventType, FIRST_TROUBLE, MOST_EVENTS_A_DAY, type ToldEvent, worthTelling } from './rules/outcomes.ts';

const currentLog = (machine: Machine): string => `${logFolder(machine)}\\self-heal.jsonl`;
const formerLog = (machine: Machine): string => `${logFolder(machine)}\\self-heal.1.jsonl`;

/** The lines of both files, oldest first. */
export async function readTrailOf(machine: Machine): Promise<readonly TrailLine[]> {
  const read = await Promise.all([formerLog(machine), currentLog(machine)].map((path) => readOwnFile(machine, path)));
  return read.flatMap((each) => (each.result === 'ok' ? readTrail(each.bytes) : []));
}

/** Writes the line; why it could not be, undefined where it was. The data folder must have been prepared. */
export async function writeTrail(machine: Machine, line: TrailLine): Promise<string | undefined> {
  const made = await machine.makeFolder(logFolder(machine));
  if (made.result !== 'ok') return `${logFolder(machine)} cannot be made: ${made.detail}`;
  const path = currentLog(machine);
  const read = await readOwnFile(machine, path);
  if (read.result !== 'ok' && read.result !== 'absent') return `${path} cannot be read: ${read.detail}`;
  const { full, bytes } = withLine(read.result === 'ok' ? read.bytes : new Uint8Array(), line);
  if (full) {
    const moved = await machine.rename(path, formerLog(machine));
    if (moved.result !== 'ok') return `${path} cannot be put aside: ${moved.detail}`;
  }
  return whyNotWritten(await replaceOwnFile(machine, path, bytes));
}

/** What became of an entry. `why`: it was due, and could not be made. */
export type Telling = { readonly id: number } | { readonly why: string } | 'not-due';

/** Makes an entry for an end where it is due. What was told before is read from the event log itself. */
export async function tellEventLog(
  machine: Machine,
  { outcome, message }: Pick<TrailLine, 'outcome' | 'message'>,
): Promise<Telling> {
  const { event: id } = UNATTENDED_OUTCOMES[outcome];
  if (id === undefined) return 'not-due';
  const text = eventText(message);
  const told = await toldBefore(machine, id);
  if (typeof told === 'string') return { why: `the Application event log cannot be read: ${told}` };
  if (!worthTelling(outcome, text, told, machine.now())) return 'not-due';
  const ran = await machine.run(createEvent(id, eventType(id), text));
  if (!ran.started) return { why: `eventcreate could not be run: ${ran.detail}` };
  // Nothing rests on this code: the next run reads the event log itself, and tells again what is not there.
  return ran.exitCode === 0 ? { id } : { why: `eventcreate ended with exit code ${ran.exitCode}` };
}

/** True where the last entry of ours tells of trouble; false also where the log cannot be read. */
export async function troubleWasTold(machine: Machine): Promise<boolean> {
  const own = await ownEvents(machine, '', 1);
  return typeof own !== 'string' && (own[0]?.id ?? 0) >= FIRST_TROUBLE;
}

async function toldBefore(machine: Machine, id: number): Promise<readonly ToldEvent[] | string> {
  const own = await ownEvents(machine, ` and EventID=${id}`, MOST_EVENTS_A_DAY);
  return typeof own === 'string' ? own : own.map(({ data, time }) => ({ text: data['0'] ?? '', time }));
}

/** Our entries, newest first; the reason where they cannot be read. */
async function ownEvents(machine: Machine, more: string, most: number) {
  const ran = await machine.run(
    queryEvents('Application', `*[System[Provider[@Name='${EVENT_SOURCE}']${more}]]`, most),
  );
  if (!ran.started) return ran.detail;
  if (ran.exitCode !== 0) return `wevtutil ended with exit code ${ran.exitCode}`;
  const events = readEvents(ran.stdout);
  return events.ok ? events.value : events.error;
}
