/**
 * What was asked for, or why there is none; for a pure reader, one clause that says what is wrong with the bytes and where.
 * Readers never throw on bad bytes and never guess.
 */
export type Result<T, E = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** It went well. */
export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

/** It did not; a text is one clause without a full stop. */
export const fail = <E = string>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });
