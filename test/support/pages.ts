// Reports in HTML of servers of every kind: each fault of the lab, what is healthy, what could not be read, names that are long,
// foreign or hostile.

import { changeIds, faultIds } from '../../src/lab/faults/faults.ts';
import type { Diagnosis } from '../../src/model/repair/diagnosis.ts';
import { renderHtml } from '../../src/report/html/html.ts';
import { config, evidence, site } from './evidence-folder.ts';
import { diagnoseLab, labDisk, machineOn } from './run-lab.ts';
import { diagnosisOf, HEALTHY, repairsOf, STALE, STRANDED_FOR_SYSTEM, UNREAD } from './samples.ts';

/** A page by the name of what it shows. */
export interface Page {
  readonly name: string;
  readonly html: string;
}

const LABEL = 'a-label-that-is-as-long-as-a-label-of-dns-may-be-which-is-63-xx';
const NAMES = [
  `${LABEL}.${LABEL}.${LABEL}.example.test`,
  'ショップ.example.test',
  '<img src=x onerror=alert(1)>"\'&',
  'Straße mit \u202e umgekehrten Zeichen',
  'x'.repeat(2000),
];

const escaped = (name: string): string =>
  name.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** Sites of these names, none of which has a record. */
const STRANGE = diagnosisOf(
  evidence({
    config: config(
      [],
      NAMES.map((name, index) => site(index + 1, escaped(name), [`https *:${444 + index}:`])),
    ),
  }),
);

const pageOf = (name: string, diagnosis: Diagnosis): Page => ({
  name,
  html: renderHtml(diagnosis, repairsOf(diagnosis), name),
});

/** All of them. */
export async function allPages(): Promise<readonly Page[]> {
  const made = [
    pageOf('healthy', HEALTHY),
    pageOf('an entry that is not good', STALE),
    pageOf("another person's key", STRANDED_FOR_SYSTEM),
    pageOf('not read', UNREAD),
    pageOf('strange names', STRANGE),
  ];
  const faults = faultIds.filter((id) => !changeIds.includes(id));
  const labs = [...faults.map((fault) => [fault]), faults.slice(0, 4)];
  for (const each of labs)
    made.push(pageOf(each.join(' and '), await diagnoseLab(machineOn(labDisk({ faults: each })))));
  return made;
}
