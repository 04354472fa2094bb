// The words of schedule status about a task's last run and its next.

import { HAS_NOT_RUN, IS_RUNNING, type TaskHistory, WAS_ENDED } from '../../formats/tasks/task-history.ts';
import { verbatim } from './layout.ts';

/** The exit codes of our own that a task may end with. */
const ENDINGS: Readonly<Record<number, string>> = {
  0: 'nothing was wrong, or everything was healed',
  1: 'faults remained',
  2: 'its arguments were refused',
  3: 'a person is needed',
  4: 'not everything could be read',
  5: 'a repair failed and was rolled back',
  6: 'a repair failed and could not be rolled back whole',
  7: 'it was refused',
  70: 'an internal error',
};

/** One indented line each; none for what is not known. */
export function historyText({ lastResult, lastRun, nextRun }: TaskHistory): string {
  const lines = [
    ...(lastResult === undefined ? [] : [lastLine(lastResult, lastRun)]),
    ...(nextRun === undefined ? [] : [`next run: ${nextRun}`]),
  ];
  return lines.map((line) => `${verbatim(line, 2)}\n`).join('');
}

function lastLine(result: number, lastRun: string | undefined): string {
  if (result === HAS_NOT_RUN) return 'last run: none yet';
  const when = lastRun === undefined ? 'last run' : `last run: ${lastRun}`;
  if (result === IS_RUNNING) return `${when}, still running`;
  if (result === WAS_ENDED) return `${when}, ended by its time limit or by a person`;
  const ending = ENDINGS[result];
  if (ending !== undefined) return `${when}, exit code ${result}: ${ending}`;
  const code = `0x${(result >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
  return `${when}, result ${code}: see iis-ssl-heal explain ${code}`;
}
