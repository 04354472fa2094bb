// The schemas of what a server keeps of its runs: each journal, and the log of the unattended ones.

import * as v from 'valibot';
import { STEP_OUTCOMES } from '../../model/run/outcome.ts';
import { RECORDED_OUTCOMES, UNATTENDED_WORDS } from '../../model/run/run-outcome.ts';
import { about, list, optional, risk, text, texts, undoable, utc, whole } from './schema-parts.ts';

const recordedPlan = v.object({
  finding: about(text, 'The id of the finding, as check gives it.'),
  subject: text,
  says: about(text, 'What was wrong, in a sentence.'),
  title: text,
  risk,
  steps: list(
    v.object({
      title: text,
      shown: text,
      outcome: about(v.picklist([...STEP_OUTCOMES, 'begun']), 'begun: the journal ends in the middle of this step.'),
    }),
  ),
});

/** A journal, with what it holds of each repair. */
export const recordedRun = v.object({
  id: undoable,
  startedAt: utc,
  damage: optional(about(text, 'The file of its journal that cannot be read, and why.')),
  closed: about(v.boolean(), 'False: the run was cut off.'),
  exitCode: about(v.nullable(whole), 'What it ended with; null where it was cut off.'),
  verdict: about(
    v.picklist([...RECORDED_OUTCOMES, 'undone', 'cut-off']),
    'undone: `undo` has taken steps of it back since.',
  ),
  plans: list(recordedPlan),
});

/** A line of the log. */
export const loggedRun = v.object({
  at: utc,
  by: about(v.picklist(['fix', 'verify']), 'verify: a fresh process that looked after a repair.'),
  outcome: v.picklist(UNATTENDED_WORDS),
  exitCode: whole,
  run: optional(about(text, 'The journal of what was done.')),
  findings: texts,
  says: about(text, 'The same words as in the event log.'),
  event: optional(about(v.nullable(whole), 'The id of the entry in the Application log; null: it could not be made.')),
});
