// A fault that was found, as data.

/** One fact behind a finding, with where it was read. Names never change once released. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

/** `broken`: somebody cannot get in now. `warning`: it will break, or is wrong for some. `note`: worth knowing, and no fault. */
export const SEVERITIES = ['broken', 'warning', 'note'] as const;
/** One of them. */
export type Severity = (typeof SEVERITIES)[number];

/** One fault of one subject. */
export interface Finding {
  /** The id of the playbook that found it. */
  readonly playbook: string;
  /** Stable: see findingId. */
  readonly id: string;
  /** What it is about: a certificate, a metadata key, a site binding. */
  readonly subject: string;
  readonly severity: Severity;
  /** One sentence for a person: what is wrong and what it does to HTTPS. */
  readonly message: string;
  /** Of a break to come, where it is known: when, as the end of a sentence: `at the next reboot`. */
  readonly breaks?: string;
  readonly facts: readonly Fact[];
  /** Keys of the endpoints whose chains this fault breaks (see endpointKey). */
  readonly endpoints: readonly string[];
}

/** Somebody cannot get in now. What is broken and serves nobody yet (a certificate that no record names) keeps nobody out. */
export const isDown = ({ severity, endpoints }: Finding): boolean => severity === 'broken' && endpoints.length > 0;

/** The one place where ids of findings are made: `PLAYBOOK:KEY`. `key` names the subject among its playbook's. */
export const findingId = (playbook: string, key: string): string => `${playbook}:${key}`;

/** A finding as every document and stored file of ours has it: there its message is called `says`, and stays so. */
export const findingDocument = ({ playbook, id, subject, severity, message, ...finding }: Finding) => ({
  playbook,
  id,
  subject,
  severity,
  says: message,
  ...finding,
});
