// Where something is drawn over what stands there: this process's stderr, past the stream that cleans what is written.

import { liveLine } from '../report/terminal/live-line.ts';

/** Whoever draws here cleans his words himself (`printable`): colours and cursor codes are his own. */
export const screen = (): NodeJS.WriteStream => process.stderr;

/** Takes away a line that is under way, before the process ends at once. */
export const clearScreenLine = (): void => liveLine(screen(), process.env).clear();
