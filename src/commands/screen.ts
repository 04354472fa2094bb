// Where something is drawn over what stands there: this process's stderr, past the stream that cleans what is written.

/** Whoever draws here cleans his words himself (`printable`): colours and cursor codes are his own. */
export const screen = (): NodeJS.WriteStream => process.stderr;
