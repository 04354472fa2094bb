// The lab's disk: one drive C: with full Windows paths on it, in a folder or in memory.

/** Raised by the lab's disk for what a disk may refuse; callers turn it into what the real program prints. */
export class DiskError extends Error {
  readonly code: 'absent' | 'held' | 'denied' | 'full' | 'exists' | 'other-volume';
  constructor(code: DiskError['code'], path: string) {
    super(`${code}: ${path}`);
    this.code = code;
  }
}

/**
 * A small disk. Paths are full Windows paths (`C:\a\b`), compared without regard to case as NTFS does; the spelling that
 * a file was made with is kept. Writing makes no folders; `makeFolder` makes parents too. Failures are DiskErrors.
 */
export interface Disk {
  /** Undefined when there is no such file. */
  read(path: string): Buffer | undefined;
  /** The same as text in UTF-8. A disk in memory keeps it: a lab reads its own files again for every program. */
  text(path: string): string | undefined;
  /** `exclusive`: refuses with `exists` where there is such a file, as one act. */
  write(path: string, bytes: Uint8Array, options?: { readonly exclusive?: boolean }): void;
  /** A file over another one; a folder, or a link as such, only to where nothing is. */
  rename(from: string, to: string): void;
  /** Removes a file or a folder with all that is in it; an absent one is fine. */
  remove(path: string): void;
  /** Undefined when there is no such folder. Sorted by name. */
  list(path: string): { readonly files: readonly string[]; readonly folders: readonly string[] } | undefined;
  makeFolder(path: string): void;
  /** True where the path itself is a link; a disk in memory has none. */
  isLink(path: string): boolean;
  /** Acts while no other process does so on this disk. */
  alone<T>(act: () => T): T;
}
