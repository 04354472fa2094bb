// The bench of one question: it makes sites, certificates and records with Windows' own programs, notes all that was done and
// what came of it, and takes everything back in the end, the last thing first.

import type { Program } from '../../../src/model/repair/command.ts';
import type { Host } from '../host.ts';
import type { Made, Wanted } from '../made.ts';
import type { KeyLink } from '../store-entry.ts';

/** The port of every question's site: no ephemeral one, and none that a product is known for. */
export const PORT = 44391;

/** What came of a program. */
export interface Ran {
  /** Undefined where it did not start, or did not end. */
  readonly code: number | undefined;
  /** It did not end in time. */
  readonly late: boolean;
  /** Both outputs: only ASCII anchors in them may be trusted. */
  readonly text: string;
}

/** How a program is run. */
export interface How {
  /** After how long it is ended, where that is less than usual. */
  readonly seconds?: number;
  /** Its output is about other things of the server as well: the question notes what it needs of it. */
  readonly quiet?: true;
}

/** An https binding of a question's site. */
export interface Bound {
  readonly host?: string;
  readonly sslFlags?: number;
}

/** What a question works with. */
export interface Bench {
  readonly host: Host;
  /** A folder of its own, gone in the end. */
  readonly folder: string;
  /** An IPv4 address of this server, loopback only where it has no other. */
  readonly address: string;
  /** A line of what stands beside the answer. */
  note(line: string): void;
  run(program: Program, args: readonly string[], how?: How): Promise<Ran>;
  /** The same, where without it there is no experiment: throws unless it ends with 0. */
  must(program: Program, args: readonly string[]): Promise<Ran>;
  /** What to do in the end, whatever happens. */
  afterwards(act: () => Promise<unknown>): void;
  /** A file in the bench's folder; its full path. */
  file(name: string, bytes: Uint8Array): Promise<string>;
  /** A certificate of the bench's own authority; `selfSigned` one without. */
  certificate(wanted?: Wanted & { readonly selfSigned?: boolean }): Made;
  /** certutil -importPFX into the machine's store, as an administrator does it; the key goes with it in the end. */
  imported(made: Made, modifiers?: string): Promise<KeyLink | undefined>;
  /** The same into the store of whoever runs this. */
  importedForUser(made: Made): Promise<void>;
  /** What the entry in LocalMachine\MY names as its key. */
  keyLink(thumbprint: string): Promise<KeyLink | undefined>;
  /** A site of IIS with these https bindings at the port, in the order given; its name. It has no records yet. */
  site(port: number, bindings?: readonly Bound[]): Promise<string>;
  /** netsh http add sslcert with the application id of IIS; `at` is `ipport=0.0.0.0:443`. Throws where it is not made. */
  record(at: string, thumbprint: string, ...more: readonly string[]): Promise<void>;
  /** The thumbprint that a visitor is shown, or how he fails: `no-tls`, `no-connection`. */
  greet(port: number, name?: string, address?: string): Promise<string>;
  /** Greets until this certificate is shown, for IIS needs a moment to see a new site; throws where it never is. */
  served(made: Made, port: number, name?: string, address?: string): Promise<void>;
  /** Takes back what was done, the last thing first. */
  takeBack(): Promise<void>;
}

/** What every part of a bench stands on. */
export type Ground = Pick<Bench, 'host' | 'folder' | 'note' | 'run' | 'must' | 'afterwards' | 'file'>;

/** The argument of `appcmd set site` that sets the flags of one binding. */
export const flagsOf = (port: number, host: string, sslFlags: number): string =>
  `/bindings.[protocol='https',bindingInformation='*:${port}:${host}'].sslFlags:${sslFlags}`;
