// report --fleet: what many servers have sent, on one page. Read twice where a page is written: once for a small row of each, and
// each of those that are shown once more for its details, so that no more than one of them is ever in memory.

import { type Fleet, fleetOf, outcomeOfFleet } from '../../fleet/fleet.ts';
import { newest } from '../../fleet/newest.ts';
import { rowOf } from '../../fleet/row.ts';
import type { RunOutcome } from '../../model/run/run-outcome.ts';
import { UserError } from '../../model/user-error.ts';
import { countOf, type HowFar, UNTOLD } from '../../report/terminal/how-far.ts';
import { styleFor } from '../../report/terminal/style.ts';
import { sayingHowFar } from '../looking.ts';
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
  const { inputs, beyond } = await fleetInputs(options.fleet, options.html);
  const { html } = options;
  const fleet = await sayingHowFar(streams, '', async (howFar) => {
    const gathered = await gather(inputs, beyond, hours, howFar);
    if (html !== undefined) await writePage(gathered, inputs, html, howFar);
    return gathered;
  });
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
export async function gather(
  inputs: readonly FleetInput[],
  beyond: number,
  hours: number,
  { at } = UNTOLD,
): Promise<Fleet> {
  const now = Date.now();
  const rows = newest(now);
  const notUnderstood: { readonly place: string; readonly why: string }[] = [];
  for (const [index, { place, read }] of inputs.entries()) {
    at(countOf('Reading documents', index, inputs.length));
    const sent = await read();
    if (sent.ok) rows.take(rowOf(sent.value.document, sent.value, now));
    else notUnderstood.push({ place, why: sent.error });
  }
  if (beyond > 0)
    notUnderstood.push({ place: `${beyond} more`, why: `not read: at most ${inputs.length} files and folders are` });
  return fleetOf({ seen: rows.all(), ahead: rows.ahead(), notUnderstood }, now, hours);
}

async function writePage(fleet: Fleet, inputs: readonly FleetInput[], file: string, { at }: HowFar): Promise<void> {
  const { fleetPage } = await import('../../report/html/fleet-page.ts');
  const { writePieces } = await import('../../machine/files/write-pieces.ts');
  const byPlace = new Map(inputs.map((input) => [input.place, input]));
  let written = 0;
  const again = async (place: string) => {
    written += 1;
    at(`Writing the page: ${written} ${written === 1 ? 'server' : 'servers'}`);
    const sent = await byPlace.get(place)?.read();
    return sent?.ok ? sent.value.document : undefined;
  };
  const page = await writePieces(file, fleetPage(fleet, again));
  if (page.result !== 'ok')
    throw new UserError(`${file} cannot be written: ${page.detail}`, 'Name a file that you may write');
}
