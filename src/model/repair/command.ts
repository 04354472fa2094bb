// A command is data: what a person is shown, what the journal keeps and what is started are this one object.

/** The Windows programs that we start; each has one fixed place below the system directory. */
export const PROGRAMS = [
  'appcmd',
  'certutil',
  'eventcreate',
  'icacls',
  'iisreset',
  'net',
  'netsh',
  'netstat',
  'reg',
  'sc',
  'schtasks',
  'takeown',
  'tasklist',
  'wevtutil',
  'whoami',
] as const;
/** One of them. */
export type Program = (typeof PROGRAMS)[number];

/** A secret by its name; its value is put in only at the moment of the call, so that no plan, journal or report can hold it. */
export interface Secret {
  readonly secret: string;
}

/** One argument. `outputFile` stands for a temporary file that the program writes and whose bytes are its result. */
export type Argument = string | Secret | { readonly outputFile: true };

/** A program with its arguments, as it will be started: never through a shell, never by bare name. */
export interface Command {
  readonly program: Program;
  readonly args: readonly Argument[];
}

/** The values of the secrets that a command names; lives in memory only. */
export type Secrets = ReadonlyMap<string, string>;

/** What a started program did, or why it could not be started or did not end. */
export type RunResult =
  | {
      readonly started: true;
      /** As Node gives it: unsigned 32 bits; certutil and appcmd end with an HRESULT here. */
      readonly exitCode: number;
      /** Bytes in the console's OEM code page: only ASCII anchors in them may be trusted. */
      readonly stdout: Uint8Array;
      readonly stderr: Uint8Array;
      /** The bytes of the output file, when the command names one and it was written. */
      readonly output?: Uint8Array;
    }
  | { readonly started: false; readonly why: 'missing' | 'denied' | 'timeout' | 'failed'; readonly detail: string };

/** The full path of a program, below the Windows directory `systemRoot`. IIS keeps appcmd in a folder of its own. */
export function programPath(program: Program, systemRoot: string): string {
  const folder = program === 'appcmd' ? `${systemRoot}\\System32\\inetsrv` : `${systemRoot}\\System32`;
  return `${folder}\\${program}.exe`;
}
