/**
 * The result of a pure reader: the value, or one clause that says what is wrong with the bytes and where.
 * Readers never throw on bad bytes and never guess.
 */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** A value that was read whole. */
export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value });

/** Bytes that are not what they should be; `error` is one clause without a full stop. */
export const malformed = <T>(error: string): Parsed<T> => ({ ok: false, error });
