// The contract of a playbook: one fault, found and mended by two pure functions.

import type { Evidence } from './evidence.ts';
import type { Finding, PlaybookId } from './finding.ts';
import type { Blocked, Choices, Plan } from './plan.ts';

/** A way out that a person can choose between; the first one offered is the recommended one. */
export interface WayOut {
  readonly way: NonNullable<Choices['way']> | 'default';
  readonly title: string;
}

/** One known fault. `detect` and `plan` are pure: they see evidence, and nothing else. */
export interface Playbook {
  readonly id: PlaybookId;
  readonly title: string;
  /** What a person sees when this fault has struck. */
  readonly symptom: string;
  /** What the repair does, in one sentence. */
  readonly remedy: string;
  readonly detect: (evidence: Evidence) => readonly Finding[];
  readonly plan: (finding: Finding, evidence: Evidence, choices: Choices) => Plan | Blocked;
  /** The ways out to offer a person; absent where there is only one. */
  readonly ways?: (finding: Finding, evidence: Evidence) => readonly WayOut[];
}
