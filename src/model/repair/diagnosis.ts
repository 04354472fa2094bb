// What one look at a server found: everything that a report shows, in one value.

import type { Chain } from '../server/chain.ts';
import type { Evidence } from '../server/evidence.ts';
import type { Finding } from './finding.ts';
import type { Found } from './playbook.ts';

/** `unknown`: a link that decides could not be read, so that nobody can say that all is well. */
export type DiagnosisVerdict = 'healthy' | 'faulty' | 'unknown';

/** Something that was to be read and was not, with the reason as one clause. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
}

/** One diagnosis. */
export interface Diagnosis {
  readonly evidence: Evidence;
  /** One for every https site binding, in the order of the configuration. */
  readonly chains: readonly Chain[];
  /** The findings with their ways to a plan, in the order of repair. */
  readonly found: readonly Found[];
  /** The same as data: faults, never notes. */
  readonly findings: readonly Finding[];
  /** What the playbooks found that is worth knowing and no fault. */
  readonly notes: readonly Finding[];
  readonly notChecked: readonly NotChecked[];
  readonly verdict: DiagnosisVerdict;
}
