// How an unattended run ends, and the line that it leaves in the log.

/** The ends. `repaired`: mended, and not yet proved by a fresh process; `healed`: proved, and healthy since. */
export type UnattendedOutcome =
  | 'healthy'
  | 'repaired'
  | 'healed'
  | 'healthy-again'
  | 'needs-person'
  | 'held-back'
  | 'not-checked'
  | 'rolled-back'
  | 'half-done'
  | 'broken-again'
  | 'gave-up'
  | 'refused'
  | 'settings-broken'
  | 'faults-remain';

/** One line. `fix`: it looked and repaired; `verify`: a fresh process that looked after a repair. */
export interface TrailLine {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly by: 'fix' | 'verify';
  readonly outcome: UnattendedOutcome;
  readonly exitCode: number;
  /** The journal of what was done; absent where nothing was tried. */
  readonly run?: string;
  /** Ids of what was found. */
  readonly findings: readonly string[];
  /** One or more sentences for a person. */
  readonly says: string;
  /** The id of the entry in the Application log; absent where none was due, null where it could not be made. */
  readonly event?: number | null;
}
