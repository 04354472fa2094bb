// report --fleet: what many servers have sent, on one page. Read twice where a page is written: once for a small row of each, and
// each of those that are shown once more for its details, so that no more than one of them is ever in memory.

import { type Fleet, fleetOf, outcomeOfFleet } from '../../fleet/fleet.ts';
import { newest } from '../../fleet/newest.ts';
import { rowOf } from '../../fleet/row.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { UserError } from '../../model/user-error.ts';
import { styleFor } from '../../report/terminal/style.ts';
import type { Streams } from '../streams.ts';
import { type FleetInput, fleetInputs } from './fleet-inputs.ts';

/** The flags of report. */
export interface ReportOptions {
  readonly fleet: readonly string[];
  readonly html?: string;
  readonly json?: boolean;
  readonly stale?: string;
}

/** Hours after which a look is too old, where nothing is said. */
const STALE = 24;

/** Reads, judges and shows them all; the folders are only read. */
export async function report(options: ReportOptions, streams: Streams): Promise<RunOutcome> {
  const hours = hoursOf(options.stale);
  if (options.fleet.length === 0)
    throw new UserError('report has no folder to look into', 'Name it: iis-ssl-heal report --fleet DIR');
  const { inputs, beyond } = await fleetInputs(options.fleet, options.html, streams);
  const fleet = await gather(inputs, beyond, hours);
  if (options.html !== undefined) await writePage(fleet, inputs, options.html);
  if (options.json) {
    const { fleetJson } = await import('../../report/documents/fleet-json.ts');
    streams.out(`${JSON.stringify(fleetJson(fleet), null, 2)}\n`);
  } else {
    const { renderFleet } = await import('../../report/terminal/fleet-text.ts');
    streams.out(renderFleet(fleet, styleFor(streams.stdout, streams.env)));
  }
  return outcomeOfFleet(fleet);
}

function hoursOf(given: string | undefined): number {
  if (given === undefined) return STALE;
  const hours = /^\d{1,6}(\.\d+)?$/.test(given) ? Number(given) : 0;
  if (hours <= 0) throw new UserError(`--stale ${given} is no number of hours`, 'Give one, for example --stale 48');
  return hours;
}

/** Each read once, one after the other; `beyond`: how many more there are. */
export async function gather(inputs: readonly FleetInput[], beyond: number, hours: number): Promise<Fleet> {
  const now = Date.now();
  const rows = newest(now);
  const notUnderstood: { readonly place: string; readonly why: string }[] = [];
  for (const { place, read } of inputs) {
    const sent = await read();
    if (sent.ok) rows.take(rowOf(sent.value.document, sent.value, now));
    else notUnderstood.push({ place, why: sent.error });
  }
  if (beyond > 0)
    notUnderstood.push({ place: `${beyond} more`, why: `not read: at most ${inputs.length} files and folders are` });
  return fleetOf({ seen: rows.all(), ahead: rows.ahead(), notUnderstood }, now, hours);
}

async function writePage(fleet: Fleet, inputs: readonly FleetInput[], file: string): Promise<void> {
  const { fleetPage } = await import('../../report/html/fleet-page.ts');
  const { writePieces } = await import('../../machine/files/write-pieces.ts');
  const byPlace = new Map(inputs.map((input) => [input.place, input]));
  const again = async (place: string) => {
    const sent = await byPlace.get(place)?.read();
    return sent?.ok ? sent.value.document : undefined;
  };
  const written = await writePieces(file, fleetPage(fleet, again));
  if (written.result !== 'ok')
    throw new UserError(`${file} cannot be written: ${written.detail}`, 'Name a file that you may write');
}
