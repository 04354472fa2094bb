// Documents as servers send them to be put on one page: what check --json prints of the samples, with names and times of our own.

import { createHash } from 'node:crypto';
import { checkOutcome } from '../../src/diagnosis/outcome.ts';
import type { Diagnosis } from '../../src/model/repair/diagnosis.ts';
import type { CheckDocument } from '../../src/report/documents/documents.ts';
import { diagnosisJson } from '../../src/report/documents/json.ts';
import { HEALTHY, repairsOf } from './samples.ts';

/** The MachineGuid of a server of that name. */
export function guidOf(name: string): string {
  const digits = createHash('sha256').update(name).digest('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** ISO 8601, so long before now. */
export const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

/** The document of a server of that name, an hour old. */
export function documentOf(name: string, diagnosis: Diagnosis = HEALTHY, hours = 1): CheckDocument {
  const made = diagnosisJson(diagnosis, repairsOf(diagnosis), 'this server', checkOutcome(diagnosis));
  const server = { computer: name, machineGuid: guidOf(name), osBuild: 20348 };
  return { ...made, server, collectedAt: hoursAgo(hours) };
}

/** Its text. */
export const sent = (name: string, diagnosis: Diagnosis = HEALTHY, hours = 1): string =>
  `${JSON.stringify(documentOf(name, diagnosis, hours), null, 2)}\n`;

/** With other fields at its top. */
export const sentWith = (name: string, changes: object): string => JSON.stringify({ ...documentOf(name), ...changes });
