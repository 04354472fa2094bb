// What was read and what was not. "Could not read" is never "is fine": every reader says which of the two it is.

/** Where a value came from, so that every claim can name its source. */
export type Source =
  | { readonly kind: 'command'; readonly shown: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'handshake'; readonly endpoint: string };

/** A value that was read, or the plain reason why it was not. `why` is one clause for a person, without a full stop. */
export type Known<T> =
  | { readonly known: true; readonly value: T; readonly source: Source }
  | {
      readonly known: false;
      readonly why: string;
      readonly source: Source;
      /** It is there and could not be understood: without it nobody may call the server healthy. */
      readonly broken?: true;
      /** Nobody tried. Where there was no reason to, nothing is missing. */
      readonly unasked?: true;
    };

/** A value that was read from `source`. */
export const known = <T>(value: T, source: Source): Known<T> => ({ known: true, value, source });

/** A value that could not be read from `source`, with the reason as one clause. */
export const unknown = <T>(why: string, source: Source): Known<T> => ({ known: false, why, source });

/** A value that nobody tried to read. */
export const unasked = <T>(source: Source, why = 'it was not asked for'): Known<T> => ({
  known: false,
  why,
  source,
  unasked: true,
});

/** A value that is there in `source` and could not be understood. */
export const broken = <T>(why: string, source: Source): Known<T> => ({ known: false, why, source, broken: true });

/** Reads on with the value when there is one; the reason travels on unchanged when there is none. */
export function andThen<A, B>(first: Known<A>, next: (value: A, source: Source) => Known<B>): Known<B> {
  return first.known ? next(first.value, first.source) : first;
}

/** The source in words: the command line shown, the path, or the endpoint. */
export function describeSource(source: Source): string {
  if (source.kind === 'command') return source.shown;
  return source.kind === 'file' ? source.path : `TLS handshake with ${source.endpoint}`;
}
