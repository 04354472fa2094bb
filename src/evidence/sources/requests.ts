// What the rows of the table ask for, all together, and the row that a file of the folder belongs to.

import type { Places } from '../../model/server/evidence.ts';
import type { Known } from '../../model/server/known.ts';
import type { Request } from '../readers/reading.ts';
import type { Source } from './source.ts';
import { sources } from './sources.ts';

/** What a row asks of a server with these places. */
export const requestsOf = ({ ask }: Pick<Source<Known<unknown>>, 'ask'>, places: Places) => ask?.(places) ?? [];

/** A request and the row that it is of. */
export interface Asked {
  readonly row: Source<Known<unknown>>;
  readonly request: Request;
  readonly isStandIn: boolean;
}

/** Everything that is asked of a server with these places. */
export const everyRequest = (places: Places): readonly Asked[] =>
  Object.values<Source<Known<unknown>>>(sources).flatMap((row) => [
    ...requestsOf(row, places).map((request) => ({ row, request, isStandIn: false })),
    ...(row.standIn === undefined ? [] : [{ row, request: row.standIn.request, isStandIn: true }]),
  ]);

const byFile = new Map(
  everyRequest({ systemRoot: '', programData: '' }).map(({ row, request }) => [request.folderFile, row]),
);

/** The row that a file of the folder belongs to, if a request has it. */
export const rowOf = (folderFile: string): Source<Known<unknown>> | undefined => byFile.get(folderFile);
