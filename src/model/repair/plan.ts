// A repair as data: it can be shown, saved, reviewed, journalled and applied, and is the same object each time.

import { endpointKey } from '../server/evidence.ts';
import type { Endpoint, SslRecord } from '../server/ssl-record.ts';
import type { Command, Secret } from './command.ts';
import type { Finding } from './finding.ts';

/** An ordered scale: `safe` is covered by --yes, `disruptive` must be said, `manual` is never applied unattended. */
export type Risk = 'safe' | 'disruptive' | 'manual';

/** What can run a binding again: netsh keeps every setting of the record, IIS's own appcmd is the way of IIS Manager. */
export const HANDS = ['netsh', 'appcmd'] as const;
/** One of them. */
export type Hands = (typeof HANDS)[number];

/** Replaces the UTF-16 code units from start to end (exclusive) of the file's text. Edits of one action never overlap. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A change of the configuration through appcmd, for a server that cannot run this program. `shows` prints the section;
 * each of `lines` is a regular expression in findstr's dialect and how many of the printed lines it fits before and after.
 */
export interface ThroughAppcmd {
  readonly commands: readonly Command[];
  readonly shows: Command;
  readonly lines: readonly { readonly pattern: string; readonly before: number; readonly after: number }[];
}

/** The closed set of things that the executor can do. Nothing else changes a server. */
export type Action =
  /**
   * `patient`: a key has just landed, and netsh may refuse it for some seconds before it can be opened. `first`: run before
   * it, whatever becomes of that: netsh adds no record where there is one.
   */
  | { readonly kind: 'run'; readonly command: Command; readonly patient?: true; readonly first?: Command }
  /** Makes a folder that only Administrators and SYSTEM (and the caller) can enter. */
  | { readonly kind: 'make-private-folder'; readonly path: string; readonly command: Command }
  /** Copies a file and reads the copy back; refuses when the bytes are not `sha256`. */
  | { readonly kind: 'copy-file'; readonly from: string; readonly to: string; readonly sha256: string }
  /**
   * Byte-exact edit of the file that still has `expect`, put in place at once; leaves `result`. `through` is the same
   * change through appcmd; absent where appcmd cannot say it.
   */
  | {
      readonly kind: 'edit-file';
      readonly path: string;
      readonly expect: string;
      readonly result: string;
      readonly edits: readonly Edit[];
      readonly through?: ThroughAppcmd;
    }
  /** Puts a kept copy back in place of `path`, which must still have `expect`. `through` restores IIS's named backup. */
  | {
      readonly kind: 'restore-file';
      readonly path: string;
      readonly from: string;
      readonly expect: string;
      readonly result: string;
      readonly through?: readonly Command[];
    }
  | { readonly kind: 'remove-file'; readonly path: string }
  /** Writes a small file that a program is given, in base64: a certificate, or an INF that says what an entry should have. No secret. */
  | { readonly kind: 'write-file'; readonly path: string; readonly bytes: string }
  /** Opens a PFX and demands that it holds the certificate `thumbprint` with its own key. Changes nothing. */
  | { readonly kind: 'check-pfx'; readonly path: string; readonly password: Secret; readonly thumbprint: string }
  /** Writes the person's PFX, opened before, anew with a one-time password. `source` is only shown. */
  | {
      readonly kind: 'write-pfx';
      readonly source: string;
      readonly to: string;
      readonly password: Secret;
      readonly thumbprint: string;
    }
  /** Writes a store entry as a .reg file, so that putting it back later needs no room on the disk. Holds no key. */
  | {
      readonly kind: 'keep-store-entry';
      readonly store: string;
      readonly thumbprint: string;
      readonly blob: string;
      readonly file: string;
    }
  /** Puts a store entry back, byte for byte, by `reg import` of the file that was kept, or is written where it is gone. */
  | {
      readonly kind: 'restore-store-entry';
      readonly store: string;
      readonly thumbprint: string;
      readonly blob: string;
      readonly file: string;
      readonly command: Command;
    };

/** A statement about a machine that the executor can test: what must hold for a step to be done. */
export type Condition =
  /** With `midway`, it may be one of those as well, or none: what IIS leaves where a binding that is run again was cut off. */
  | { readonly kind: 'record-is'; readonly record: SslRecord; readonly midway?: readonly SslRecord[] }
  | { readonly kind: 'record-absent'; readonly endpoint: Endpoint }
  /** The record is this, and a TLS client on its endpoint gets its certificate. */
  | { readonly kind: 'serves'; readonly record: SslRecord }
  /** The entry's bytes have this SHA-256. */
  | { readonly kind: 'entry-is'; readonly store: string; readonly thumbprint: string; readonly sha256: string }
  | { readonly kind: 'store-lacks'; readonly store: string; readonly thumbprint: string }
  | { readonly kind: 'store-has'; readonly store: string; readonly thumbprint: string }
  /**
   * The entry is there, points at a machine key that Schannel takes, and the key's file exists. With `midway`, its bytes may
   * still have this SHA-256: certutil has left it as it was, and the next step does otherwise.
   */
  | { readonly kind: 'machine-key'; readonly store: string; readonly thumbprint: string; readonly midway?: string }
  /**
   * The list of the file lets SYSTEM read it, and everybody else do what this one (SDDL) lets him. With `midway`, it may be
   * this very list as well: icacls was refused, and the next step does otherwise.
   */
  | { readonly kind: 'system-may-read'; readonly path: string; readonly sddl: string; readonly midway?: true }
  /** The list of the file lets the same do the same as this one (SDDL). */
  | { readonly kind: 'acl-is'; readonly path: string; readonly sddl: string }
  | { readonly kind: 'file-is'; readonly path: string; readonly sha256: string }
  | { readonly kind: 'file-present'; readonly path: string }
  | { readonly kind: 'file-absent'; readonly path: string }
  | { readonly kind: 'folder-absent'; readonly path: string }
  /** The service runs, or stands still; on its way from one to the other it does neither. */
  | { readonly kind: 'service-is'; readonly service: string; readonly running: boolean }
  /** Nothing to see from outside; judged by the action's own result. */
  | { readonly kind: 'action-succeeds' };

/** How a step is taken back, and what then holds. `none`: it leaves nothing behind that would have to be taken back. */
export type Undo = { readonly do: Action; readonly holds: Condition } | 'none' | { readonly impossible: string };

/** One step. `undo` was made before anything ran; `holds` decides both "already so" and "really done". */
export interface Step {
  readonly title: string;
  readonly do: Action;
  readonly undo: Undo;
  readonly holds: Condition;
  /** True when an already holding condition must not skip the step (a re-bind is done to be done again). */
  readonly always?: boolean;
  /**
   * Clears what the action leaves where it was cut off or failed in its middle, and `holds` does not: half of something
   * that would stand in the way of the next try.
   */
  readonly remains?: { readonly do: Action; readonly holds: Condition };
  /** Where this holds already, there is no need of the step. */
  readonly unless?: Condition;
  /** Failures, by their code, that nothing but a person can get over; not a fault of the repair. */
  readonly needsPerson?: readonly { readonly code: number; readonly blocked: Blocked }[];
}

/** What a plan was made for, by subject (see fingerprint.ts): read again just before acting; another state is refused. */
export type Fingerprint = Readonly<Record<string, string>>;

/** A whole repair of one finding. */
export interface Plan {
  /** The finding that asked for this plan. */
  readonly finding: Finding;
  /** Ids of all findings that this plan mends: several entries of one file are mended by one write. */
  readonly covers: readonly string[];
  /** One line: what this way out does, for a question. */
  readonly title: string;
  readonly risk: Risk;
  /**
   * It changes what serves everybody well: an unattended run makes it only where config.json switches its playbook on by name,
   * and then whatever risk --yes covers.
   */
  readonly onlyIfSwitchedOn?: true;
  /** Whose hands run a binding again; absent where none is. */
  readonly through?: Hands;
  readonly steps: readonly Step[];
  /** Done at the end on every path, success or not: files that must not stay. */
  readonly cleanup: readonly Action[];
  readonly before: Fingerprint;
  /** What a person should know before saying yes: other sites on the endpoint, gaps, what this does not heal. */
  readonly effects: readonly string[];
  /** Endpoints whose handshake must be right afterwards. */
  readonly endpoints: readonly Endpoint[];
  /** Finding ids whose repair must come first. */
  readonly after: readonly string[];
}

/** The endpoints (see endpointKey) that a plan is about: where what it finds is met, and where it must be right afterwards. */
export const touchedBy = ({ finding, endpoints }: Pick<Plan, 'finding' | 'endpoints'>): readonly string[] => [
  ...finding.endpoints,
  ...endpoints.map(endpointKey),
];

/** Why no plan can be made here and now. */
export interface Blocked {
  readonly blocked: true;
  /** Set where this server may not be touched at all (shared configuration): the program ends with 7. */
  readonly refused?: true;
  readonly why: string;
  /** Whose session or decision it takes. */
  readonly who?: string;
  /** The exact command to run there; the target of this run is added where it is shown. */
  readonly command?: string;
  /** Another way, which needs nobody at the keyboard: the command that arranges it, run here. */
  readonly offer?: { readonly says: string; readonly command: string };
  /** What somebody else could do from here; told once, however many findings it would help. */
  readonly instead?: { readonly says: string; readonly command: string };
  /** What a person at a terminal may choose between to go on. */
  readonly choices?: readonly { readonly value: string; readonly title: string }[];
}

/** What a person may choose beforehand. */
export interface Choices {
  readonly way?: 'move' | 're-bind' | 're-bind-appcmd' | 'pfx' | 'client-certificates' | 'without-tls13';
  /** Not said: netsh, and appcmd where netsh cannot give a record back that IIS makes just so. */
  readonly through?: Hands;
  readonly correct: boolean;
  readonly pfx?: { readonly file: string; readonly thumbprint: string };
  /** Thumbprint chosen for a finding, by finding id. */
  readonly certificates: ReadonlyMap<string, string>;
}
