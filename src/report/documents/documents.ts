// What --json prints: the one schema of each document, from which its type and docs/schemas/*.json come. Only types of it are
// imported by the program, which never judges what it has made itself; tests do.

import * as v from 'valibot';
import { SEVERITIES } from '../../model/repair/finding.ts';
import { HANDS } from '../../model/repair/plan.ts';
import { STEP_OUTCOMES, VERDICTS } from '../../model/run/outcome.ts';
import { NOT_READY_CODES } from '../../model/run/readiness.ts';
import { OUTCOME_WORDS } from '../../model/run/run-outcome.ts';
import { loggedRun, recordedRun } from './recorded-schemas.ts';
import { about, list, optional, risk, text, texts, undoable, utc, whole } from './schema-parts.ts';

const schema = v.literal(1);
const target = about(text, '`this server`, or the folder of a lab or of evidence.');
const through = optional(about(v.picklist(HANDS), 'What runs a binding again; absent where none is.'));

const server = about(
  v.object({
    computer: optional(about(text, 'The NetBIOS name.')),
    machineGuid: optional(text),
    osBuild: optional(whole),
    edition: optional(about(text, 'The EditionID, for example `ServerStandard`.')),
  }),
  'Which server was looked at; what could not be read is absent.',
);
const version = about(text, 'Of the program that made this document.');

const link = v.object({
  name: v.picklist(['site', 'http.sys', 'certificate', 'key', 'access', 'handshake']),
  state: v.picklist(['ok', 'note', 'warning', 'broken', 'unknown', 'skipped']),
  code: about(text, 'Never changes once released.'),
  says: text,
  source: optional(about(text, 'The command, file or endpoint that this was read from.')),
});

const endpoint = v.object({ table: v.picklist(['ip', 'sni', 'ccs', 'scoped-ccs']), name: text });

const chain = v.object({
  site: v.object({ name: text, id: whole }),
  binding: v.object({ protocol: text, information: text, sslFlags: whole }),
  endpoint,
  certificate: optional(
    about(
      v.object({ thumbprint: text, subject: text, names: texts, issuer: text, notBefore: utc, notAfter: utc }),
      'What the SSL record names; absent where it is gone, was not read, or the central store answers.',
    ),
  ),
  links: v.pipe(v.array(link), v.minLength(6), v.maxLength(6), v.readonly()),
});

const record = v.object({
  endpoint,
  owner: v.object({ appId: text, product: about(text, '`nobody` where it has no AppId.') }),
  sites: about(texts, 'Those whose https bindings use it.'),
  certificate: v.object({
    thumbprint: text,
    store: text,
    name: optional(about(text, 'Absent where the certificate is gone or was not read.')),
    validUntil: optional(utc),
  }),
  state: v.picklist(['ok', 'note', 'warning', 'broken', 'unknown']),
  code: about(text, 'Never changes once released.'),
  says: text,
});

const blockedEntries = {
  why: text,
  who: optional(about(text, 'Whose session or decision it takes.')),
  command: optional(about(text, 'What to run there.')),
  offer: optional(
    about(
      v.object({ says: text, command: about(text, 'What arranges it, run here.') }),
      'Another way, which needs nobody at the keyboard.',
    ),
  ),
  instead: optional(
    about(v.object({ says: text, command: text }), 'What somebody else could do from here, whoever runs this.'),
  ),
  refused: optional(about(v.literal(true), 'This server may not be touched at all.')),
};
const blocked = v.object(blockedEntries);

const repair = about(
  v.object({
    title: optional(text),
    risk,
    through,
    covers: optional(texts),
    effects: optional(texts),
    steps: list(v.object({ title: text, shown: text })),
    blocked: optional(blocked),
  }),
  'With `blocked`, there are no steps: it cannot be repaired from here and now.',
);

const fact = v.object({ name: text, value: text, source: text });

const fixedPlan = v.object({
  finding: text,
  covers: texts,
  title: text,
  risk,
  through,
  effects: texts,
  verdict: v.picklist(VERDICTS),
  detail: optional(text),
  blocked: optional(blocked),
  steps: list(v.object({ title: text, shown: text, outcome: v.picklist(STEP_OUTCOMES), detail: optional(text) })),
});

const runs = v.object({
  schema,
  version,
  target,
  server,
  runs: list(recordedRun),
  unattended: about(list(loggedRun), 'The log of fix --unattended and check --unattended, oldest first.'),
});

/** The documents of a program that has the playbooks of these ids. */
export function documents(ids: readonly string[]) {
  const playbook = v.picklist(ids);
  const finding = v.object({
    id: about(text, 'Stable: playbook and subject.'),
    playbook,
    subject: text,
    severity: v.picklist(SEVERITIES),
    says: text,
    breaks: optional(about(text, 'Of a break to come: when, for example `at the next reboot`.')),
    endpoints: texts,
    facts: list(fact),
    code: optional(about(text, 'What kind of fault it is, the same for every server, certificate and site.')),
    repair,
  });
  const check = v.object({
    schema,
    version,
    target,
    server,
    collectedAt: utc,
    collectedAtLocal: about(text, 'The same in the time zone of whoever made this document: ISO 8601 with the offset.'),
    summary: about(
      v.object({
        says: about(text, 'The first line of every report.'),
        down: about(texts, 'The sites where somebody has no HTTPS now.'),
        atRisk: list(v.object({ when: about(text, 'Empty where nobody can say.'), sites: texts })),
        healthy: about(whole, 'Https bindings that were seen whole, with nothing wrong.'),
        of: about(whole, 'All https bindings that have visitors here.'),
        notChecked: about(texts, 'Sites that were seen neither broken nor whole.'),
      }),
      'What stands where, by the names of sites.',
    ),
    verdict: about(v.picklist(['healthy', 'faulty', 'unknown']), 'unknown: a link that decides could not be read.'),
    chains: about(
      list(chain),
      'Each https site binding with its six links, in the order in which a connection needs them.',
    ),
    records: about(list(record), 'Each SSL record of http.sys, also those that no site binding has.'),
    findings: list(finding),
    notChecked: list(v.object({ what: text, why: text })),
    greetings: optional(
      about(
        v.object({
          endpoints: about(whole, 'Endpoints that had visitors to be greeted.'),
          greeted: about(whole, 'Those that were greeted by all of them.'),
          seconds: about(whole, 'The time for all greetings together.'),
        }),
        'How far the TLS handshakes came; there only where their time ran out. The other endpoints are not checked.',
      ),
    ),
    unattended: optional(
      about(
        v.object({
          ready: about(v.nullable(v.boolean()), 'null: nothing speaks against it, and not everything could be read.'),
          reasons: list(
            v.object({
              code: about(v.picklist(NOT_READY_CODES), 'Never changes once released.'),
              why: text,
              playbook: optional(playbook),
              finding: optional(about(text, 'The id of a finding.')),
            }),
          ),
        }),
        'What this server could not heal with nobody there, and why; absent of what a fix found afterwards.',
      ),
    ),
    exitCode: optional(about(whole, 'What this check ended with; absent of what a fix found afterwards.')),
  });
  const fix = v.object({
    schema,
    version,
    target,
    server,
    verdict: about(v.picklist(OUTCOME_WORDS), 'planned: repairs were shown and nothing was applied.'),
    runId: about(v.nullable(undoable), 'Null where nothing was begun.'),
    plans: list(fixedPlan),
    blocked: list(v.object({ ...blockedEntries, finding: text, playbook, subject: text })),
    after: about(v.nullable(check), 'The second diagnosis, or null where nothing was tried.'),
    exitCode: whole,
  });
  return { check, fix, runs };
}

type Documents = ReturnType<typeof documents>;

/** The document of `check --json`. */
export type CheckDocument = v.InferOutput<Documents['check']>;
/** The document of `fix --json`. */
export type FixDocument = v.InferOutput<Documents['fix']>;
/** The document of `runs --json`. */
export type RunsDocument = v.InferOutput<Documents['runs']>;
