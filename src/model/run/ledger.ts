// What unattended runs remember of each other: the file self-heal.json.

/** A repair that was begun. Times are ISO 8601 in UTC. */
export interface Attempt {
  readonly at: string;
  /** The endpoints it was for; the findings, where a repair has no endpoint. */
  readonly subjects: readonly string[];
}

/** Failed repairs of one finding in a row. */
export interface Failure {
  readonly finding: string;
  readonly count: number;
  /** The latest of them. */
  readonly at: string;
}

/** A repair that worked, and that a fresh process has yet to see. */
export interface Awaiting {
  readonly runId: string;
  readonly at: string;
  readonly findings: readonly string[];
  /** Keys of the endpoints that were in order after it (see endpointKey): they must stay so, whatever breaks them. */
  readonly endpoints: readonly string[];
}

/** The file self-heal.json. */
export interface Ledger {
  /** When a run last looked at the server. A clock that is behind it was set back. */
  readonly seenAt: string;
  /** When the latest runs looked, oldest first: so many that a burst of them can be told from a few. */
  readonly looks: readonly string[];
  readonly attempts: readonly Attempt[];
  readonly failures: readonly Failure[];
  readonly awaiting?: Awaiting;
}
