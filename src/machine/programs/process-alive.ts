// Whether a process of this computer is running.

/** Asked by signal 0, which only looks. A process that is there and not ours answers EPERM. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
