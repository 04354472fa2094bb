// Ten times as many servers are ten times the work. Counted, not timed: how often anything of a document or a row is looked at.

import { describe, expect, it } from 'vitest';
import { gather } from '../../../src/commands/look/report.ts';
import { fleetOf } from '../../../src/fleet/fleet.ts';
import { newest } from '../../../src/fleet/newest.ts';
import { type Row, rowOf } from '../../../src/fleet/row.ts';
import { readSent } from '../../../src/fleet/sent-document.ts';
import { ok } from '../../../src/model/result.ts';
import { fleetPage } from '../../../src/report/html/fleet-page.ts';
import { STRANDED } from '../../support/samples.ts';
import { guidOf, sent } from '../../support/sent-documents.ts';

const [FEW, MANY] = [200, 2000];
const read = readSent(Buffer.from(sent('A', STRANDED)));
if (!read.ok) throw new Error(read.error);
const document = read.value;
const now = Date.now();

const documentOf = (index: number) => ({
  ...document,
  server: { computer: `WEB${String(index).padStart(6, '0')}`, machineGuid: guidOf(String(index)) },
});

/** Looks at the rows of so many servers: each in a proxy that counts. */
function looksAtRows(servers: number): number {
  let looks = 0;
  const rows = newest(now);
  for (let index = 0; index < servers; index++) {
    const row = rowOf(documentOf(index), { place: `results/${index}.json`, kind: 'document', isDated: true }, now);
    const counted = new Proxy(row, {
      get: (of, name) => {
        looks += 1;
        return of[name as keyof Row];
      },
    });
    rows.take(counted);
  }
  fleetOf({ seen: rows.all(), ahead: rows.ahead(), notUnderstood: [] }, now, 24);
  return looks;
}

/** Readings of documents, first for the rows and then for the page, and the length of the page. */
async function work(
  servers: number,
): Promise<{ readonly rows: number; readonly page: number; readonly length: number }> {
  let reads = 0;
  const inputs = Array.from({ length: servers }, (_none, index) => ({
    place: `results/${index}.json`,
    read: async () => {
      reads += 1;
      const place = `results/${index}.json`;
      return ok({ place, kind: 'document' as const, isDated: true, document: documentOf(index) });
    },
  }));
  const fleet = await gather(inputs, 0, 24);
  const rows = reads;
  let [length, largest] = [0, 0];
  for await (const piece of fleetPage(fleet, async (place) => {
    reads += 1;
    return documentOf(Number(place.replace(/\D/g, '')));
  })) {
    length += piece.length;
    if (piece.startsWith('<details')) largest = Math.max(largest, piece.length);
  }
  expect(largest).toBeLessThan(100_000);
  return { rows, page: reads - rows, length };
}

describe('ten times as many servers', () => {
  it('are ten times as many looks at rows', () => {
    expect(looksAtRows(MANY) / looksAtRows(FEW)).toBeLessThan(11);
  });

  it('are each read once, and once more for the page, which is ten times as long', async () => {
    const [few, many] = [await work(FEW), await work(MANY)];
    expect([few.rows, few.page, many.rows, many.page]).toEqual([FEW, FEW, MANY, MANY]);
    expect(many.length / few.length).toBeLessThan(11);
  });
});
