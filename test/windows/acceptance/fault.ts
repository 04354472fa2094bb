// What one row of the acceptance run is: how a fault is made for real, and what must become of it.

import type { Bench } from '../bench.ts';
import type { Made } from '../made.ts';
import type { Knock } from './visitors.ts';

/** What a run of our program left. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The server, what is made and broken on it, our program, and the way in from outside. */
export interface Stage {
  readonly bench: Bench;
  /** Our program as a person starts it, to its end. */
  readonly heal: (...args: readonly string[]) => Promise<Ended>;
  readonly knock: Knock;
}

/** A site that is served, and the certificate that its visitors are to see. */
export interface Subject {
  readonly site: string;
  readonly port: number;
  /** Of an SNI binding; '' where one certificate is for all. */
  readonly host: string;
  readonly good: Made;
  /** Where it is bound, as netsh is told: `ipport=0.0.0.0:443`. */
  readonly at: string;
  /** Whom visitors trust; without one they look at the certificate and no further. */
  readonly trusted?: Made;
  /** Who has issued the certificate, where it is not its own root. */
  readonly issuing?: Made;
  /** The file of the key, where the fault is about that. */
  readonly keyFile?: string;
}

/** One fault: a healthy site, and how it is broken as people and programs break it. */
export interface Fault {
  readonly id: string;
  /** Which playbook must find it. */
  readonly playbook: string;
  /** How it is made, for the report. */
  readonly how: string;
  /** Why it cannot be made on this server; undefined where it can. */
  readonly cannot?: (stage: Stage) => Promise<string | undefined>;
  readonly begin: (stage: Stage) => Promise<Subject>;
  readonly breakIt: (stage: Stage, subject: Subject) => Promise<unknown>;
  /** The yes that it takes; safe where left out. */
  readonly consent?: 'disruptive';
  /** Served, and not as it should be, so that our program remembers no healthy state of it. */
  readonly badFromTheStart?: true;
  /** Where Schannel keeps what it made before, nobody sees it until a reboot: then it counts as not made. */
  readonly mayStayHidden?: true;
  /** A person's to mend: `fix` says so, and nothing may be changed. */
  readonly told?: true;
}
