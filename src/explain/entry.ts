// What we know of one code or one event.

/** What a code or event means on an IIS server, and what to do about it. Full sentences. */
export interface Advice {
  readonly onIis: string;
  readonly todo: string;
  /** Set where it speaks of a private key. */
  readonly ofKey?: true;
}

/** A symbolic code of the Windows headers. */
export interface CodeEntry extends Advice {
  readonly name: string;
  /** Another name for the same value. */
  readonly also?: string;
  /** Unsigned 32 bits; a Win32 error as the HRESULT 0x8007xxxx. */
  readonly value: number;
  readonly header: 'winerror.h' | 'ntstatus.h';
  readonly message: string;
}

/** An event of the Windows event log. */
export interface EventEntry extends Advice {
  readonly id: number;
  readonly provider: string;
  readonly log: 'System' | 'Security' | 'Application';
  /** The gist of its text; the real one is translated and holds names and numbers. */
  readonly message: string;
}

/** Words that programs other than Windows use, in capitals; all of one entry mean the same. */
export interface WordEntry extends Advice {
  readonly names: readonly string[];
  readonly message: string;
}
