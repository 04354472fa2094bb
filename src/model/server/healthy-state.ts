// What is remembered of the states in which a server was seen healthy.

import type { SslRecord } from './ssl-record.ts';

/** An https binding as a healthy state had it: what its record was for. */
export interface RememberedBinding {
  readonly siteId: number;
  readonly site: string;
  /** As written: `*:443:`. */
  readonly information: string;
  readonly sslFlags: number;
}

/** The public identity of a certificate that a record of a healthy state named. */
export interface RememberedCertificate {
  readonly thumbprint: string;
  readonly store: string;
  readonly subject: string;
  readonly names: readonly string[];
  /** ISO 8601 in UTC. */
  readonly notAfter: string;
}

/** A certificate without the host name of its binding, of which a person has said that it is meant. */
export interface AcceptedName {
  /** In A-labels. */
  readonly host: string;
  readonly thumbprint: string;
}

/** What stood on a healthy server: every SSL record with all its values, the https bindings, the certificates. */
export interface HealthyState {
  readonly records: readonly SslRecord[];
  readonly bindings: readonly RememberedBinding[];
  readonly certificates: readonly RememberedCertificate[];
  readonly accepted?: readonly AcceptedName[];
}

/** A healthy state, and from when to when it was seen; `lastSeen` moves on once a day, not at every look. */
export interface BaselineState extends HealthyState {
  /** ISO 8601 in UTC, never after `lastSeen`. */
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** The states in which a server was seen healthy in the last 30 days, the newest first; never empty. */
export interface Baseline {
  readonly states: readonly BaselineState[];
}
