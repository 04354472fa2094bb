// A fault that was found, as data.

/** The playbooks; ids never change once released. */
export const PLAYBOOK_IDS = ['stranded-key', 'stale-hash', 'lost-binding', 'broken-link'] as const;

/** One of them. */
export type PlaybookId = (typeof PLAYBOOK_IDS)[number];

/** One fact behind a finding, with where it was read. Names never change once released. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

/** `broken`: HTTPS is down for somebody now. `warning`: it will be, at the next reboot or service start. */
export type Severity = 'broken' | 'warning';

/** One fault of one subject. */
export interface Finding {
  readonly playbook: PlaybookId;
  /** Stable: playbook and subject, for example `stale-hash:LM/W3SVC/1`. */
  readonly id: string;
  /** What it is about: a certificate, a metadata key, a site binding. */
  readonly subject: string;
  readonly severity: Severity;
  /** One sentence for a person: what is wrong and what it does to HTTPS. */
  readonly says: string;
  readonly facts: readonly Fact[];
  /** Keys of the endpoints whose chains this fault breaks (see endpointKey). */
  readonly endpoints: readonly string[];
}
