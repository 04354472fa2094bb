// A person's Ctrl-C, a closed window, a service that is told to stop.

/** How a command says what a signal must not cut off. */
export interface Stopping {
  /** Aborted when the process is asked to end while something runs that must end in order. */
  readonly signal: AbortSignal;
  /** Runs work that ends in order: it sees the signal and finishes, or takes back what it has done. */
  inOrder<T>(work: () => Promise<T>): Promise<T>;
}

/** Listens for the signals. `atOnce` ends the process when nothing runs that must end in order. */
export function listenForStop(atOnce: () => void): Stopping {
  const controller = new AbortController();
  let running = 0;
  const stop = () => {
    if (running > 0) controller.abort();
    else atOnce();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) process.on(signal, stop);
  return {
    signal: controller.signal,
    async inOrder(work) {
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
      }
    },
  };
}
