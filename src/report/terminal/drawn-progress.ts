// Draws running plans on a terminal that can be written over: listr2's list, one entry a group of steps.

import { color, DefaultRenderer, Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2';
import type { ApplyEvent } from '../../model/run/run-report.ts';
import { type GroupEnd, groupEnd, type StepEnd, type StepGroup, stepGroups } from '../words/step-groups.ts';
import { type HowFar, UNTOLD } from './how-far.ts';
import { printable } from './layout.ts';
import { lookingAgain, type Progress, type TitleOf } from './progress.ts';

// listr2 asks stdout whether it may draw, although it is given another stream; its forceTTY would make terminals of both.
DefaultRenderer.nonTTY = true;

/** An entry of the list that waits to be told how its steps ended. */
interface Entry extends StepGroup {
  readonly ends: Map<number, StepEnd>;
  readonly ended: Promise<GroupEnd>;
  /** Only the first end counts. */
  readonly end: (how: GroupEnd) => void;
}

/** All plans of one run, one list after the other. */
export function drawnProgress(screen: NodeJS.WriteStream, titleOf: TitleOf, startLook: () => HowFar): Progress {
  let drawn: Promise<unknown> = Promise.resolve();
  let running: readonly Entry[] = [];
  const leave = () => {
    for (const entry of running) entry.end('not-reached');
    running = [];
  };
  let look = UNTOLD;
  const onEvent = (event: ApplyEvent) => {
    if (event.kind === 'plan') {
      leave();
      running = stepGroups(event.plan.steps).map(entryOf);
      const [title, entries] = [titleOf(event.plan), running];
      drawn = drawn.then(() => draw(title, entries, screen));
    }
    if (event.kind === 'step-end') endStep(running, event);
    if (event.kind === 'plan-end') leave();
    if (event.kind === 'look')
      drawn = drawn.then(() => {
        look = startLook();
        lookingAgain(event, look);
      });
    if (event.kind === 'greeted') lookingAgain(event, look);
  };
  const stop = async () => {
    leave();
    await drawn;
    look.end();
  };
  return { onEvent, stop };
}

function entryOf(group: StepGroup): Entry {
  let end: (how: GroupEnd) => void = () => {};
  const ended = new Promise<GroupEnd>((resolve) => {
    end = resolve;
  });
  return { ...group, ends: new Map(), ended, end };
}

/** After a failed step none of the others is reached: its spinner must not go on. */
function endStep(entries: readonly Entry[], event: StepEnd): void {
  const at = entries.findIndex(({ indices }) => indices.includes(event.index));
  const entry = entries[at];
  if (entry === undefined) return;
  entry.ends.set(event.index, event);
  const how = groupEnd(entry, entry.ends);
  if (how !== undefined) entry.end(how);
  if (event.outcome === 'failed') for (const other of entries.slice(at + 1)) other.end('not-reached');
}

async function draw(title: string, entries: readonly Entry[], screen: NodeJS.WriteStream): Promise<void> {
  // Everything to one stream: stdout carries the result alone, and both streams of listr2 are that one.
  const logger = new ListrLogger({ useIcons: true, processOutput: new ProcessOutput(screen, screen) });
  logger.toStdout(title);
  const list = new Listr(entries.map(taskOf), {
    exitOnError: false,
    // The default, true, ends the process at Ctrl-C, and with it a repair between two of its steps.
    registerSignalListeners: false,
    renderer: DefaultRenderer,
    rendererOptions: { logger, collapseErrors: false, suffixSkips: false },
  });
  await list.run();
}

const taskOf = ({ title, ended }: Entry): ListrTask => ({
  title: printable(title),
  task: async (_context, task) => {
    const how = await ended;
    if (how === 'not-reached') task.skip(`${printable(title)} (not reached)`);
    else if (how === 'already-so') task.title = `${printable(title)} ${color.dim('(already so)')}`;
    else if (how !== 'done') throw new Error(printable(how.failed));
  },
});
