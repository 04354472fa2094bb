// How a run ends: decided once, as a word. The tables give everything else that is told of it; exit codes, sentences and
// event ids are looked up where they are printed, and nothing is read back from them.

/** A row: what an unattended run says of it, and the id of its entry in the Application log; without one it is not told. */
interface UnattendedRow {
  readonly sentence: string;
  readonly event?: number;
}

const UNATTENDED = {
  healthy: { sentence: 'All https site bindings are healthy.' },
  repaired: { sentence: 'Repaired; a fresh process will prove it.' },
  healed: { sentence: 'Healed: a fresh process found it in order, and it has stayed so.', event: 100 },
  'healthy-again': { sentence: 'All https site bindings are healthy again.', event: 110 },
  'needs-person': { sentence: 'A person is needed.', event: 200 },
  'held-back': { sentence: 'A repair is held back.', event: 210 },
  'not-checked': {
    sentence: 'The server could not be judged: not everything that decides could be read.',
    event: 220,
  },
  'rolled-back': { sentence: 'A repair failed, and everything it had changed was taken back.', event: 300 },
  'half-done': {
    sentence: 'A repair failed, and not everything could be taken back: see iis-ssl-heal runs.',
    event: 310,
  },
  'broken-again': { sentence: 'What was repaired is broken again.', event: 320 },
  'gave-up': {
    sentence: 'Given up after failed repairs: iis-ssl-heal schedule reset lets it try again.',
    event: 330,
  },
  refused: { sentence: 'Refused: nothing was repaired.', event: 340 },
  'settings-broken': { sentence: 'Nothing is repaired unattended until this file is in order.', event: 350 },
  'faults-remain': { sentence: 'Faults remain.', event: 360 },
} as const satisfies Readonly<Record<string, UnattendedRow>>;

/** What an unattended run tells. `repaired`: mended, and not yet proved by a fresh process; `healed`: proved, and healthy since. */
export type UnattendedOutcome = keyof typeof UNATTENDED;

/** The words, for the schemas. */
export const UNATTENDED_WORDS = Object.keys(UNATTENDED) as readonly UnattendedOutcome[];

/** Ids never change once released: monitoring builds on them. Docs: self-heal.md. */
export const UNATTENDED_OUTCOMES: Readonly<Record<UnattendedOutcome, UnattendedRow>> = UNATTENDED;

/** Exit codes are an interface that scripts build on. Docs: exit-codes.md. */
interface Row {
  readonly exitCode: number;
  readonly sentence: string;
  /** The same in the list of earlier runs. */
  readonly past: string;
  /** What an unattended run tells of it, where it knows no more. */
  readonly unattended: UnattendedOutcome;
}

/** When several apply, the first in this table wins. `planned`: repairs were shown and nothing was applied. */
export const RUN_OUTCOMES = {
  'half-done': {
    exitCode: 6,
    sentence: 'A repair failed and could not be taken back whole. What is left is named below.',
    past: 'failed, and not taken back whole',
    unattended: 'half-done',
  },
  'rolled-back': {
    exitCode: 5,
    sentence: 'A repair failed, and everything that it had changed was taken back.',
    past: 'failed, and everything was taken back',
    unattended: 'rolled-back',
  },
  refused: { exitCode: 7, sentence: 'Refused.', past: 'refused', unattended: 'refused' },
  'needs-person': {
    exitCode: 3,
    sentence: 'A person is needed: see below what was not done, and who can do it.',
    past: 'a person was needed',
    unattended: 'needs-person',
  },
  'faults-remain': {
    exitCode: 1,
    sentence: 'Faults remain.',
    past: 'faults remained',
    unattended: 'faults-remain',
  },
  planned: {
    exitCode: 1,
    sentence: 'Nothing was changed. These repairs can be made.',
    past: 'planned',
    unattended: 'faults-remain',
  },
  unknown: {
    exitCode: 4,
    sentence: 'Cannot be judged: not everything that decides could be read.',
    past: 'could not be judged',
    unattended: 'not-checked',
  },
  healed: {
    exitCode: 0,
    sentence: 'Healed: everything that was found is repaired, and a second look found nothing wrong.',
    past: 'healed',
    unattended: 'repaired',
  },
  'nothing-to-do': {
    exitCode: 0,
    sentence: 'Nothing is wrong, so nothing was changed.',
    past: 'nothing to do',
    unattended: 'healthy',
  },
} as const satisfies Readonly<Record<string, Row>>;

/** What became of a whole run: the same word in the journal and in the JSON. */
export type RunOutcome = keyof typeof RUN_OUTCOMES;

/** The words in the order in which they win. */
export const OUTCOME_WORDS = Object.keys(RUN_OUTCOMES) as readonly RunOutcome[];

/** How a run can end that has begun anything: the word in its journal. */
export type RecordedOutcome = Exclude<RunOutcome, 'planned' | 'nothing-to-do'>;

const isRecorded = (outcome: RunOutcome): outcome is RecordedOutcome =>
  outcome !== 'planned' && outcome !== 'nothing-to-do';

/** The words, for the schemas. */
export const RECORDED_OUTCOMES = OUTCOME_WORDS.filter(isRecorded);

/** The outcome that wins among several. */
export const firstOf = (outcomes: readonly RunOutcome[]): RunOutcome =>
  OUTCOME_WORDS.find((outcome) => outcomes.includes(outcome)) ?? 'nothing-to-do';

/** How a command ends: as a run does, for its command line is wrong, or with nothing that it had to judge. */
export type CommandEnd = RunOutcome | 'usage' | undefined;

/** The exit code of the program; 70, an internal error, is no end of a command. */
export function exitCodeOf(end: CommandEnd): number {
  if (end === 'usage') return 2;
  return end === undefined ? 0 : RUN_OUTCOMES[end].exitCode;
}
