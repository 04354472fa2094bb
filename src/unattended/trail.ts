// The trail of unattended runs: a line in our log, and an entry in the Application event log where it is worth one.

import { readEvents } from '../formats/events/event-xml.ts';
import type { Machine } from '../machine/machine.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { UNATTENDED_OUTCOMES } from '../model/run/run-outcome.ts';
import type { TrailLine } from '../model/run/unattended.ts';
import { logFolder } from '../model/server/places.ts';
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

/** Makes an entry for an end where it is due: its id, none where it is not. What was told before is read from the event log itself. */
export async function tellEventLog(
  machine: Machine,
  { outcome, message }: Pick<TrailLine, 'outcome' | 'message'>,
): Promise<Result<number | undefined>> {
  const { event: id } = UNATTENDED_OUTCOMES[outcome];
  if (id === undefined) return ok(undefined);
  const text = eventText(message);
  const told = await toldBefore(machine, id);
  if (!told.ok) return fail(`the Application event log cannot be read: ${told.error}`);
  if (!worthTelling(outcome, text, told.value, machine.now())) return ok(undefined);
  const ran = await machine.run(createEvent(id, eventType(id), text));
  if (!ran.started) return fail(`eventcreate could not be run: ${ran.detail}`);
  // Nothing rests on this code: the next run reads the event log itself, and tells again what is not there.
  return ran.exitCode === 0 ? ok(id) : fail(`eventcreate ended with exit code ${ran.exitCode}`);
}

/** True where the last entry of ours tells of trouble; false also where the log cannot be read. */
export async function troubleWasTold(machine: Machine): Promise<boolean> {
  const own = await ownEvents(machine, '', 1);
  return own.ok && (own.value[0]?.id ?? 0) >= FIRST_TROUBLE;
}

async function toldBefore(machine: Machine, id: number): Promise<Result<readonly ToldEvent[]>> {
  const own = await ownEvents(machine, ` and EventID=${id}`, MOST_EVENTS_A_DAY);
  return own.ok ? ok(own.value.map(({ data, time }) => ({ text: data['0'] ?? '', time }))) : own;
}

/** Our entries, newest first; the reason where they cannot be read. */
async function ownEvents(machine: Machine, more: string, most: number) {
  const ran = await machine.run(
    queryEvents('Application', `*[System[Provider[@Name='${EVENT_SOURCE}']${more}]]`, most),
  );
  if (!ran.started) return fail(ran.detail);
  return ran.exitCode === 0 ? readEvents(ran.stdout) : fail(`wevtutil ended with exit code ${ran.exitCode}`);
}
