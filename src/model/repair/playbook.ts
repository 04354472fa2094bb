// The contract of a playbook: one fault, found, told and mended by pure functions.

import type { LinkCode } from '../server/chain.ts';
import type { Evidence, Identity } from '../server/evidence.ts';
import type { Finding } from './finding.ts';
import type { Blocked, Choices, Plan } from './plan.ts';
import type { Planning } from './planning.ts';

/** A way out that a person can choose between; the first one offered is the recommended one. */
export interface WayOut {
  readonly way: NonNullable<Choices['way']> | 'default';
  readonly title: string;
}

/** A finding as its playbook tells it; `key` names the subject in the id. */
export type Description = Omit<Finding, 'playbook' | 'id'> & { readonly key: string };

/** A repair as its playbook makes it. `covers`: ids of what it mends beside its own finding. */
export type Repair = Omit<Plan, 'finding' | 'covers'> & { readonly covers?: readonly string[] };

/** In `shownBy`: every code that speaks of a private key. */
export const KEY_CODES = 'codes of private keys';

/**
 * One known fault. All functions are pure: they see evidence, and nothing else. They are methods, so that a list can hold
 * playbooks of different subjects.
 */
export interface Playbook<Subject = unknown> {
  /** Never changes once released. */
  readonly id: string;
  readonly title: string;
  /** What a person sees when this fault has struck. */
  readonly symptom: string;
  /** What the repair does, in one sentence. */
  readonly remedy: string;
  /** How a server comes to have the fault, in whole sentences; with the next three, the fault's section in docs/faults.md. */
  readonly cause: string;
  /** What can go wrong while it is mended, and for whom; or what a person should mind who mends it. */
  readonly mayGoWrong: string;
  /** How the repair is taken back, and what then stands there. */
  readonly takenBack: string;
  /** Where the facts come from: Microsoft's articles and reports of the fault, each a number or an address. */
  readonly sources: readonly [string, ...string[]];
  /** The codes (`NTE_BAD_KEYSET`) and events (`36870`) that the fault shows itself by, for `explain`. */
  readonly shownBy: readonly string[];
  /** The codes of broken links that this playbook answers for at the endpoints of what it finds; the last playbook tells of every other. */
  readonly takes: readonly LinkCode[];
  /**
   * It was there before config.json could name playbooks. One that came later does nothing unattended where config.json
   * names playbooks and not this: whoever has chosen them did not choose it.
   */
  readonly founding?: true;
  /** Flags of `fix` and `plan` that it alone looks at. */
  readonly flags?: readonly ('pfx' | 'correct' | 'through')[];
  /** The faults, in the order of the evidence. */
  find(evidence: Evidence): readonly Subject[];
  /** One of them for people. */
  describe(subject: Subject, evidence: Evidence): Description;
  plan(subject: Subject, evidence: Evidence, how: Planning): Repair | Blocked;
  /** The ways out to offer a person; absent where there is only one. */
  ways?(subject: Subject, evidence: Evidence, how: Planning): readonly WayOut[];
  /** Who alone can mend it, in a session of his own; undefined where any administrator can. */
  owner?(subject: Subject): Identity | undefined;
  /** The thumbprint of the certificate whose PFX file would mend it. */
  pfxOf?(subject: Subject): string;
}

/** A fault that was found, with what its own playbook knows of it. */
export interface Found {
  readonly finding: Finding;
  /** Codes of the links that its playbook answers for. */
  readonly takes: readonly LinkCode[];
  readonly plan: (how: Planning) => Plan | Blocked;
  readonly ways: (how: Planning) => readonly WayOut[];
  readonly owner: Identity | undefined;
  readonly pfxOf: string | undefined;
}
