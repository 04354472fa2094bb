// The port to a server. Only the implementations beside this file touch a process, a disk or a socket.

import type { Command, RunResult, Secrets } from '../model/repair/command.ts';
import type { Greeting, Handshake, Identity } from '../model/server/evidence.ts';
import type { Known } from '../model/server/known.ts';

/** What reading a path gave. `denied`: it is there and we may not; `failed`: anything else, in words. */
export type ReadResult =
  | {
      readonly result: 'ok';
      readonly bytes: Uint8Array;
      /** Gives their memory back, for who alone has them and has read them: they are gone then. */
      readonly release?: (() => void) | undefined;
    }
  | { readonly result: 'absent' }
  | { readonly result: 'denied' | 'failed'; readonly detail: string };

/** Names in a folder: files and folders apart, without their path. `others`: links and devices, where there are any. */
export type ListResult =
  | {
      readonly result: 'ok';
      readonly files: readonly string[];
      readonly folders: readonly string[];
      readonly others?: readonly string[];
    }
  | { readonly result: 'absent' }
  | { readonly result: 'denied' | 'failed'; readonly detail: string };

/** What writing gave. `held`: another process has the file open. `other-volume`: a rename does not lead there. */
export type WriteResult =
  | { readonly result: 'ok' }
  | {
      readonly result: 'held' | 'denied' | 'full' | 'failed' | 'absent' | 'other-volume';
      readonly detail: string;
    };

/** A name that was to be held. `impossible`: this system has no such names. */
export type Holding = { readonly held: 'now'; letGo(): Promise<void> } | { readonly held: 'by-another' | 'impossible' };

/** What a scheduled task must start to start us again. Full paths. `entry` is the script that node.exe is given; a single .exe has none. */
export interface OwnProgram {
  readonly command: string;
  readonly entry?: string;
  readonly workingDirectory: string;
  /** Folders that code is loaded from; empty where the program lies on another computer than the server. */
  readonly folders: readonly string[];
}

/**
 * A Windows server: the one we run on, or the lab. Paths are full Windows paths (`C:\...`), whatever system runs us.
 * Nothing here throws for what a server may do; a thrown error is a bug.
 */
export interface Machine {
  readonly kind: 'windows' | 'lab';
  /** For example `C:\Windows` and `C:\ProgramData`. */
  readonly systemRoot: string;
  readonly programData: string;
  /** How to name this target on a command line of ours: '' for this server, `--lab DIR` for a lab. */
  readonly targetArguments: string;
  run(command: Command, secrets?: Secrets): Promise<RunResult>;
  /** A regular file of at most `most` bytes (256 MB where nothing is said); anything else fails, and never waits. */
  read(path: string, most?: number): Promise<ReadResult>;
  list(path: string): Promise<ListResult>;
  /** Writes and flushes; the folder must exist. `exclusive` refuses an existing file. */
  write(path: string, bytes: Uint8Array, options?: { readonly exclusive?: boolean }): Promise<WriteResult>;
  /** Puts `from` in place of `to` at once. */
  rename(from: string, to: string): Promise<WriteResult>;
  /** Removes a file or an empty folder; an absent one is fine. */
  remove(path: string): Promise<WriteResult>;
  /** Makes a folder and its parents. */
  makeFolder(path: string): Promise<WriteResult>;
  /** The IP addresses of this server, loopback among them, in the spelling of endpoints. */
  addresses(): Promise<Known<readonly string[]>>;
  /** A real TLS handshake with an address of this very server, never through DNS. */
  handshake(greeting: Greeting): Promise<Known<Handshake>>;
  identity(): Promise<Known<Identity>>;
  now(): Date;
  /** True where the path itself is a symbolic link or a junction. */
  isLink(path: string): Promise<boolean>;
  /** The folder that our own program lies in; undefined where it lies on another computer than the server (a lab). */
  readonly programFolder: string | undefined;
  /** Tells the gate before our data folder that it was judged just now, and is ours by this id; machines without a gate have none. */
  knowOwnFolder?(id: string): void;
  /** This process, as a lock names it. */
  readonly processId: number;
  /** Whether a process of this machine with that id is running. */
  isAlive(processId: number): boolean;
  /** Holds a name among all processes of this machine: see hold-name.ts. */
  hold(name: string): Promise<Holding>;
  /** Waits; a test's machine does not. */
  sleep(milliseconds: number): Promise<void>;
}

/** The files of a folder that somebody sent. Paths are relative, with `/` between their parts. */
export type FolderFiles = Pick<Machine, 'read' | 'list' | 'isLink'>;
