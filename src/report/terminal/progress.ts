// Draws running plans from the executor's events, on stderr. It decides nothing and handles no signal.

import { color, Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2';
import type { Plan } from '../../model/repair/plan.ts';
import type { StepOutcome } from '../../model/run/outcome.ts';
import type { ApplyEvent } from '../../model/run/run-report.ts';
import { printable } from './layout.ts';

/** `terminal`: redrawn lines with a spinner; `plain`: one line an event, for logs; `silent`: nothing. */
export type ProgressMode = 'terminal' | 'plain' | 'silent';

/** A drawing that follows the events. */
export interface Progress {
  readonly onEvent: (event: ApplyEvent) => void;
  /** Ends the drawing, whatever is still open in it, and waits until all of it is written. */
  readonly stop: () => Promise<void>;
}

/** A drawing for the plans of one run, one after the other. */
export function startProgress(mode: ProgressMode): Progress {
  if (mode === 'silent') return { onEvent: () => {}, stop: async () => {} };
  const terminal = mode === 'terminal' && canRedraw(process.stderr) && canRedraw(process.stdout);
  let drawn: Promise<unknown> = Promise.resolve();
  let running: Step[] = [];
  const close = () => {
    for (const step of running) step.end({ outcome: 'not-reached' });
    running = [];
  };
  const onEvent = (event: ApplyEvent) => {
    if (event.kind === 'plan') {
      close();
      running = event.plan.steps.map(({ title }) => openStep(title));
      drawn = afterwards(drawn, event.plan, running, terminal);
    }
    if (event.kind === 'step-end') endStep(running, event.index, event);
    if (event.kind === 'plan-end') close();
  };
  return {
    onEvent,
    stop: async () => {
      close();
      await drawn;
      // A console of Windows, and some pipes, take what was written later: the report must not overtake it.
      await new Promise((written) => process.stderr.write('', written));
    },
  };
}

/** listr2 redraws stderr by the width of stdout. A terminal may say that it has no width at all: `script`, some CI. */
const canRedraw = (stream: { readonly isTTY?: boolean; readonly columns?: number }): boolean =>
  stream.isTTY === true && (stream.columns ?? 0) > 0;

interface End {
  readonly outcome: StepOutcome;
  readonly detail?: string;
}

interface Step {
  readonly title: string;
  readonly ended: Promise<End>;
  readonly end: (how: End) => void;
}

/** A step that waits to be told how it ended; only the first end counts. */
function openStep(title: string): Step {
  let end: (how: End) => void = () => {};
  const ended = new Promise<End>((resolve) => {
    end = resolve;
  });
  return { title: printable(title), ended, end };
}

/** After a failed step none of the others is reached: its spinner must not go on. */
function endStep(steps: readonly Step[], index: number, how: End): void {
  steps[index]?.end({ outcome: how.outcome, ...(how.detail !== undefined && { detail: how.detail }) });
  if (how.outcome === 'failed') for (const step of steps.slice(index + 1)) step.end({ outcome: 'not-reached' });
}

/** Draws a plan when the drawing before it has ended. */
async function afterwards(before: Promise<unknown>, plan: Plan, steps: readonly Step[], terminal: boolean) {
  await before;
  const logger = stderrLogger();
  logger.toStdout(printable(plan.title));
  const rendererOptions = { logger, ...LOOK };
  const plainOptions = { logger: stderrLogger(), ...(process.stderr.isTTY ? {} : { color: NO_COLORS }) };
  const list = new Listr(
    steps.map((step) => taskFor(step, terminal)),
    {
      exitOnError: false,
      // The default, true, ends the process at Ctrl-C, and with it a repair between two of its steps.
      registerSignalListeners: false,
      renderer: 'default',
      rendererOptions,
      // Taken where stdout is no terminal too: listr2 asks that stream, although it is told to write to the other one.
      fallbackRenderer: 'simple',
      fallbackRendererOptions: plainOptions,
      fallbackRendererCondition: !terminal,
    },
  );
  await list.run();
}

const LOOK = { collapseErrors: false, suffixSkips: false } as const;

/** listr2 chooses colours by stdout; what goes to a log has none. */
const plainly = (text?: string): string => text ?? '';
const NO_COLORS = { STARTED: plainly, FAILED: plainly, SKIPPED: plainly, COMPLETED: plainly, OUTPUT: plainly };

/** Everything to stderr: stdout carries the result alone. Both streams of listr2 are that one. */
const stderrLogger = (): ListrLogger =>
  new ListrLogger({ useIcons: true, processOutput: new ProcessOutput(process.stderr, process.stderr) });

const taskFor = ({ title, ended }: Step, terminal: boolean): ListrTask => ({
  title,
  task: async (_context, task) => {
    const { outcome, detail } = await ended;
    if (outcome === 'done' || outcome === 'undone') return;
    if (outcome === 'already-so') task.title = `${title} ${color.dim('(already so)')}`;
    else if (outcome === 'failed' || outcome === 'undo-failed') throw new Error(printable(detail ?? 'failed'));
    // Redrawn lines show this instead of the title, plain lines behind it.
    else task.skip(terminal ? `${title} (not reached)` : 'not reached');
  },
});
