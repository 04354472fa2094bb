// Whether there is a person at a terminal at both ends.

/** A prompt without a terminal ends the process silently or waits for ever, so nobody is asked then. */
export const canAsk = (streams: {
  readonly stdin: { readonly isTTY?: boolean };
  readonly stdout: { readonly isTTY?: boolean };
}): boolean => streams.stdin.isTTY === true && streams.stdout.isTTY === true;
