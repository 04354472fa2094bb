// The server that is asked: what a question may use of it.

import type { Machine } from '../../src/machine/machine.ts';
import type { Command, Program, RunResult } from '../../src/model/repair/command.ts';
import type { Greeting } from '../../src/model/server/evidence.ts';

/** What a visitor gets who asks for a page: some page, whatever its status; a connection that ends before it; or no TLS at all. */
export type Visit = 'page' | 'ended-after-the-handshake' | 'no-tls' | 'no-connection';

/** A server, through its own programs and real handshakes; and the few acts that each kind of host does in its own way. */
export interface Host {
  readonly machine: Machine;
  /** As the machine's own, but ended after `seconds`, where those are fewer than the program's usual limit. */
  run(command: Command, seconds?: number): Promise<RunResult>;
  /** A handshake and then a request for a page, with TLS 1.2, which says at the client's end whether it is through. */
  visit(greeting: Greeting): Promise<Visit>;
  /**
   * What dragging does in the console of certificates: the entry of CurrentUser\MY is added to LocalMachine\MY with all its
   * properties, and the key stays where it is.
   */
  drag(thumbprint: string): Promise<void>;
  /** What a program prints that whoever runs this starts in a session of his own that was logged on without his password. */
  withoutPassword(program: Program, args: readonly string[]): Promise<string>;
}
