// What report --fleet --json prints, by one schema: see documents.ts.

import * as v from 'valibot';
import { STATES } from '../../fleet/fleet.ts';
import { about, list, optional, text, utc, whole } from './schema-parts.ts';

const count = v.pipe(whole, v.minValue(0));
const name = about(
  text,
  'The name of the server; where several have it, with the file behind it, so that no two are alike.',
);
const place = about(text, 'The file or folder.');

const server = v.object({
  name,
  state: about(v.picklist(STATES), 'stale: not faulty when it was last looked at, and that was too long ago.'),
  verdict: about(
    v.picklist(['healthy', 'faulty', 'unknown']),
    'That of the document or folder; worse where something in it says otherwise.',
  ),
  remarks: about(list(text), 'What is to be known of this look at it.'),
  place,
  kind: v.picklist(['document', 'evidence']),
  computer: optional(text),
  machineGuid: optional(text),
  osBuild: optional(count),
  version: optional(about(text, 'Of the program that made the document.')),
  collectedAt: optional(about(text, 'When it was looked at, ISO 8601 in UTC; absent where nobody knows.')),
  stale: v.boolean(),
  older: about(count, 'Other looks at the same server that were passed over.'),
  says: about(text, 'The first line of its report.'),
  bindings: about(count, 'Https bindings.'),
  broken: about(count, 'Faults for which somebody cannot get in now.'),
  warnings: about(count, 'Faults that will break, or are wrong for some.'),
  notChecked: count,
  nextExpiry: optional(about(text, 'When the next of its certificates expires, ISO 8601 in UTC.')),
});

/** The document. */
export const fleetDocument = v.object({
  schema: v.literal(1),
  version: about(text, 'Of the program that made this document.'),
  madeAt: utc,
  staleAfterHours: v.number(),
  exitCode: about(v.picklist([0, 1, 4]), 'What this report ended with.'),
  counts: about(
    v.object({ servers: count, faulty: count, unknown: count, stale: count, healthy: count, notUnderstood: count }),
    'Each server is counted in one state.',
  ),
  servers: about(list(server), 'Worst first.'),
  groups: about(
    list(
      v.object({
        playbook: text,
        code: about(text, 'Why; empty where nothing says it.'),
        severity: about(v.picklist(['broken', 'warning']), 'The worst of them.'),
        servers: list(name),
      }),
    ),
    'Faults of one kind over all servers: what is broken first, then what most servers have.',
  ),
  certificates: about(
    list(v.object({ thumbprint: text, subject: text, notAfter: utc, expired: v.boolean(), servers: list(name) })),
    'At most 100 that have expired last, and 100 that expire next, each with every server that uses it.',
  ),
  remarks: about(list(v.object({ about: text, says: text })), 'What is to be known of several servers or files.'),
  notUnderstood: about(list(v.object({ place, why: text })), 'What could not be taken for a server.'),
});

/** The document of `report --fleet --json`. */
export type FleetDocument = v.InferOutput<typeof fleetDocument>;
